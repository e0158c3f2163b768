// SPDX-License-Identifier: GPL-2.0-only
/* Which devices are readers, and how they carry frames: framing.h by itself, and probe by it. */
#include "rig.h"
#include "suites.h"

struct model {
	const char *name;
	u8 class, number;
	unsigned int quirk;
	int framing;		/* or the error of probe */
	unsigned int n;
	struct {
		u8 address, attributes;
		u16 packet;
	} e[17];
};

#define BULK(address) { address, 2, 64 }

static const struct model models[] = {
	{ "four", 0xff, 0, 0, IDCARD_FRAMING_SPLIT, 4,
	  { BULK(0x81), BULK(0x02), BULK(0x85), BULK(0x06) } },
	{ "four-in-another-order", 0xff, 0, 0, IDCARD_FRAMING_SPLIT, 4,
	  { BULK(0x06), BULK(0x85), BULK(0x02), BULK(0x81) } },
	{ "two", 0xff, 0, 0, IDCARD_FRAMING_STREAM, 2, { BULK(0x81), BULK(0x02) } },
	{ "two-interrupt", 0xff, 0, 0, IDCARD_FRAMING_STREAM, 2, { { 0x83, 3, 8 }, { 0x03, 3, 8 } } },
	{ "four-others", 0xff, 0, 0, IDCARD_FRAMING_STREAM, 4,
	  { BULK(0x81), BULK(0x01), BULK(0x82), BULK(0x02) } },
	{ "chosen-stream", 0xff, 0, 1 + IDCARD_FRAMING_STREAM, IDCARD_FRAMING_STREAM, 4,
	  { BULK(0x81), BULK(0x02), BULK(0x85), BULK(0x06) } },
	{ "chosen-split-impossible", 0xff, 0, 1 + IDCARD_FRAMING_SPLIT, -ENODEV, 2,
	  { BULK(0x81), BULK(0x02) } },
	{ "no-endpoints", 0xff, 0, 0, -ENODEV, 0, { } },
	{ "one-endpoint", 0xff, 0, 0, -ENODEV, 1, { BULK(0x81) } },
	{ "two-in", 0xff, 0, 0, -ENODEV, 2, { BULK(0x81), BULK(0x82) } },
	{ "two-out", 0xff, 0, 0, -ENODEV, 2, { BULK(0x01), BULK(0x02) } },
	{ "isochronous", 0xff, 0, 0, -ENODEV, 2, { { 0x81, 1, 64 }, { 0x02, 1, 64 } } },
	{ "control", 0xff, 0, 0, -ENODEV, 2, { { 0x81, 0, 64 }, { 0x02, 0, 64 } } },
	{ "no-packets", 0xff, 0, 0, -ENODEV, 2, { { 0x81, 2, 0 }, { 0x02, 2, 0 } } },
	{ "out-without-packets", 0xff, 0, 0, -ENODEV, 2, { BULK(0x81), { 0x02, 2, 0 } } },
	{ "split-without-packets", 0xff, 0, 0, IDCARD_FRAMING_STREAM, 4,
	  { BULK(0x81), BULK(0x02), { 0x85, 2, 0 }, BULK(0x06) } },
	{ "odd-packets", 0xff, 0, 0, IDCARD_FRAMING_STREAM, 2, { { 0x81, 2, 7 }, { 0x02, 2, 1 } } },
	{ "largest-packets", 0xff, 0, 0, IDCARD_FRAMING_STREAM, 2,
	  { { 0x81, 2, 0x7ff }, { 0x02, 2, 0x7ff } } },
	{ "the-17th-is-ignored", 0xff, 0, 0, -ENODEV, 17,
	  { BULK(0x81), BULK(0x82), BULK(0x83), BULK(0x84), BULK(0x85), BULK(0x86), BULK(0x87),
	    BULK(0x88), BULK(0x89), BULK(0x8a), BULK(0x8b), BULK(0x8c), BULK(0x8d), BULK(0x8e),
	    BULK(0x8f), BULK(0x8f), BULK(0x02) } },
	{ "open-class", 0x00, 0, 0, IDCARD_FRAMING_STREAM, 2, { BULK(0x81), BULK(0x02) } },
	{ "open-class-second-interface", 0x00, 1, 0, -ENODEV, 2, { BULK(0x81), BULK(0x02) } },
	{ "mass-storage", 0x08, 0, 0, -ENODEV, 2, { BULK(0x81), BULK(0x02) } },
};

static void name_of(const struct model *m, char *desc)
{
	strscpy(desc, m->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(model, models, name_of);

static void set_model(struct rig *rig, const struct model *m)
{
	struct fake_device *d = &rig->device;
	unsigned int i;

	d->alt.desc.bInterfaceClass = m->class;
	d->alt.desc.bInterfaceNumber = m->number;
	d->alt.desc.bNumEndpoints = m->n;
	for (i = 0; i < m->n; i++) {
		d->endpoints[i].desc.bEndpointAddress = m->e[i].address;
		d->endpoints[i].desc.bmAttributes = m->e[i].attributes;
		d->endpoints[i].desc.wMaxPacketSize = cpu_to_le16(m->e[i].packet);
	}
	rig->id.driver_info = m->quirk;
}

/* What is a reader is one that works, whatever its packets. */
static void probe(struct kunit *test)
{
	const struct model *m = test->param_value;
	struct rig *rig = test->priv;

	set_model(rig, m);
	if (m->framing < 0) {
		KUNIT_EXPECT_EQ(test, rig_probe(rig), m->framing);
		KUNIT_EXPECT_EQ(test, rig->device.intf_refs, 0);
		return;
	}
	KUNIT_ASSERT_EQ(test, rig_probe(rig), 0);
	KUNIT_EXPECT_EQ(test, rig->r->framing, (unsigned int)m->framing);
	KUNIT_EXPECT_EQ(test, rig->r->n_endpoints, m->n);
	KUNIT_ASSERT_EQ(test, rig_open(rig), 0);
	rig_exchange(rig, SAM_ID_REPLY);
}

/* The node cannot be made: what was taken for it is given back. */
static void node_fails(struct kunit *test)
{
	struct rig *rig = test->priv;

	rig->device.add_error = -EEXIST;
	KUNIT_EXPECT_EQ(test, rig_probe(rig), -EEXIST);
	KUNIT_EXPECT_EQ(test, rig->device.intf_refs, 0);
	rig->device.add_error = 0;
	KUNIT_EXPECT_EQ(test, rig_probe(rig), 0);
	KUNIT_EXPECT_EQ(test, rig->r->number, 0);
}

static void set_framing(struct kunit *test)
{
	struct rig *rig = test->priv;
	u32 framing;

	KUNIT_ASSERT_EQ(test, rig_probe(rig), 0);
	KUNIT_ASSERT_EQ(test, rig_open(rig), 0);
	for (framing = 0; framing < IDCARD_FRAMINGS; framing++) {
		KUNIT_EXPECT_EQ(test, rig_ioctl(rig, IDCARD_IOC_SET_FRAMING, &framing), 0L);
		rig_exchange(rig, STATUS_REPLY);
		KUNIT_EXPECT_EQ(test, rig->device.out_first,
				(u8)(framing == IDCARD_FRAMING_STREAM_LAST ? 0x06 : 0x02));
	}
	KUNIT_EXPECT_EQ(test, rig_ioctl(rig, IDCARD_IOC_SET_FRAMING, &framing), (long)-EINVAL);
	rig_close(rig);
	rig_unplug(rig);

	set_model(rig, &models[2]);
	KUNIT_ASSERT_EQ(test, rig_probe(rig), 0);
	KUNIT_ASSERT_EQ(test, rig_open(rig), 0);
	framing = IDCARD_FRAMING_SPLIT;
	KUNIT_EXPECT_EQ(test, rig_ioctl(rig, IDCARD_IOC_SET_FRAMING, &framing), (long)-EOPNOTSUPP);
	framing = IDCARD_FRAMING_STREAM_LAST;
	KUNIT_EXPECT_EQ(test, rig_ioctl(rig, IDCARD_IOC_SET_FRAMING, &framing), (long)-EOPNOTSUPP);
	rig_exchange(rig, STATUS_REPLY);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(probe, model_gen_params),
	KUNIT_CASE(node_fails),
	KUNIT_CASE(set_framing),
	{ }
};

struct kunit_suite idcard_framing_suite = {
	.name = "idcard-framing",
	.suite_init = fake_suite_init,
	.suite_exit = fake_suite_exit,
	.init = rig_init,
	.exit = rig_exit,
	.test_cases = cases,
};
