// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A module that does wrong on purpose, one thing at a time as its parameter says, and is loaded
 * all the same: what the kernel with checks then says is what "make check-kasan" must see in each
 * case.
 */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/timer.h>
#include <linux/workqueue.h>

static char *wrong = "";
module_param(wrong, charp, 0444);
MODULE_PARM_DESC(wrong, "what to do");

/* Not known to the compiler. */
static unsigned int width = 40;
module_param(width, uint, 0444);
MODULE_PARM_DESC(width, "bits to shift an int by");

static void use_after_free(void)
{
	char *p = kmalloc(64, GFP_KERNEL);

	OPTIMIZER_HIDE_VAR(p);
	kfree(p);
	if (p)
		WRITE_ONCE(p[8], 1);
}

static void out_of_bounds(void)
{
	char *p = kmalloc(64, GFP_KERNEL);

	OPTIMIZER_HIDE_VAR(p);
	if (p)
		WRITE_ONCE(p[64], 1);
	kfree(p);
}

/* Nothing points to it any more. */
static void leak(void)
{
	void *p = kmalloc(200, GFP_KERNEL);

	OPTIMIZER_HIDE_VAR(p);
}

static void inversion(void)
{
	static DEFINE_MUTEX(first);
	static DEFINE_MUTEX(second);

	mutex_lock(&first);
	mutex_lock(&second);
	mutex_unlock(&second);
	mutex_unlock(&first);
	mutex_lock(&second);
	mutex_lock(&first);
	mutex_unlock(&first);
	mutex_unlock(&second);
}

static void recursion(void)
{
	static DEFINE_MUTEX(one);
	static DEFINE_MUTEX(other);
	static struct lock_class_key key;

	lockdep_set_class(&one, &key);
	lockdep_set_class(&other, &key);
	mutex_lock(&one);
	mutex_lock(&other);
	mutex_unlock(&other);
	mutex_unlock(&one);
}

static void sleep_in_atomic(void)
{
	static DEFINE_SPINLOCK(lock);

	spin_lock(&lock);
	msleep(1);
	spin_unlock(&lock);
}

static void no_rcu_lock(void)
{
	static int __rcu *pointer;

	WARN_ON(rcu_dereference(pointer));
}

static void work(struct work_struct *w)
{
}

/* Freed while it is on its way. */
static void freed_work(void)
{
	struct delayed_work *w = kmalloc(sizeof(*w), GFP_KERNEL);

	if (!w)
		return;
	INIT_DELAYED_WORK(w, work);
	schedule_delayed_work(w, 1000 * HZ);
	kfree(w);
}

static void bad_shift(void)
{
	int one = 1;

	OPTIMIZER_HIDE_VAR(one);
	pr_info("%d\n", one << READ_ONCE(width));
}

/* Until the module's end; to be seen in state D, and after a time told of by the kernel. */
static int sleeper(void *unused)
{
	while (!kthread_should_stop()) {
		set_current_state(TASK_UNINTERRUPTIBLE);
		if (!kthread_should_stop())
			schedule();
	}
	__set_current_state(TASK_RUNNING);
	return 0;
}

static struct task_struct *hung;

static void hang(void)
{
	hung = kthread_run(sleeper, NULL, "idcard-hung");
}

static const struct {
	const char *name;
	void (*run)(void);
} wrongs[] = {
	{ "use-after-free", use_after_free },
	{ "out-of-bounds", out_of_bounds },
	{ "leak", leak },
	{ "inversion", inversion },
	{ "recursion", recursion },
	{ "sleep-in-atomic", sleep_in_atomic },
	{ "no-rcu-lock", no_rcu_lock },
	{ "freed-work", freed_work },
	{ "bad-shift", bad_shift },
	{ "hang", hang },
	{ "nothing", NULL },
};

static int __init bad_init(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(wrongs); i++) {
		if (strcmp(wrong, wrongs[i].name))
			continue;
		if (wrongs[i].run)
			wrongs[i].run();
		return 0;
	}
	return -EINVAL;
}
module_init(bad_init);

static void __exit bad_exit(void)
{
	if (!IS_ERR_OR_NULL(hung))
		kthread_stop(hung);
}
module_exit(bad_exit);

MODULE_DESCRIPTION("Does wrong on purpose");
MODULE_LICENSE("GPL");
