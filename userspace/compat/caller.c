// SPDX-License-Identifier: LGPL-2.1-or-later
#include "caller.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <link.h>
#include <stdint.h>
#include <sys/uio.h>
#include <unistd.h>

#include "util.h"

/*
 * A pipe tells by EFAULT what is no memory. For where the other way is forbidden: in a sandbox, by
 * an old kernel.
 */
static bool copy_by_pipe(void *to, const void *from, size_t size)
{
	_cleanup_close_ int in = -1, out = -1;
	int fds[2];

	if (pipe2(fds, O_CLOEXEC | O_NONBLOCK) < 0)
		return false;
	in = fds[0];
	out = fds[1];
	for (size_t done = 0; done < size;) {
		size_t n = size - done < PIPE_BUF ? size - done : PIPE_BUF;

		if (write(out, (const char *)from + done, n) != (ssize_t)n ||
		    read(in, (char *)to + done, n) != (ssize_t)n)
			return false;
		done += n;
	}
	return true;
}

bool caller_write(void *to, const void *data, size_t size)
{
	struct iovec local = { (void *)(uintptr_t)data, size }, remote = { to, size };
	ssize_t n;

	if (!to)
		return false;
	n = process_vm_writev(getpid(), &local, 1, &remote, 1, 0);
	if (n >= 0 || errno == EFAULT)
		return n == (ssize_t)size;
	return copy_by_pipe(to, data, size);
}

bool caller_read_int(const int *from, int *ret)
{
	struct iovec local, remote = { (void *)(uintptr_t)from, sizeof(*from) };
	ssize_t n;
	int value;

	if (!from)
		return false;
	local = (struct iovec){ &value, sizeof(value) };
	n = process_vm_readv(getpid(), &local, 1, &remote, 1, 0);
	if (n < 0 && errno != EFAULT && copy_by_pipe(&value, from, sizeof(value)))
		n = sizeof(value);
	if (n != sizeof(value))
		return false;
	*ret = value;
	return true;
}

/* The module that has @address in one of its segments. */
struct module {
	uintptr_t address;
	const ElfW(Phdr) *headers;	/* NULL: none */
};

static int is_in(struct dl_phdr_info *info, size_t size, void *userdata)
{
	struct module *module = userdata;

	for (size_t i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *p = &info->dlpi_phdr[i];

		if (p->p_type == PT_LOAD &&
		    module->address - (info->dlpi_addr + p->p_vaddr) < p->p_memsz) {
			module->headers = info->dlpi_phdr;
			return 1;
		}
	}
	return 0;
}

static const void *module_of(const void *address)
{
	struct module module = { .address = (uintptr_t)address };

	dl_iterate_phdr(is_in, &module);
	return module.headers;
}

/* The stack and the heap are in no module. */
static bool of_another_module(const struct caller_length *length)
{
	const void *module = module_of(length->to);

	return module && module != module_of(length->code);
}

void caller_write_length(const struct caller_length *length, const void *buffer, size_t written,
			 size_t value)
{
	uintptr_t at = (uintptr_t)length->to, begin = (uintptr_t)buffer;
	int n = (int)value;

	if (!at || at % _Alignof(int) != 0)
		return;
	if (at + sizeof(n) > begin && at < begin + written)
		return;
	if (!of_another_module(length))
		caller_write(length->to, &n, sizeof(n));
}
