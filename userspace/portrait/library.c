// SPDX-License-Identifier: GPL-2.0-or-later
#include "library.h"

#include <fcntl.h>
#include <gelf.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "util.h"

/* In the order in which they are proposed. */
static const struct known knowns[] = {
	{ "unpack", "raw3" },
	{ "wlt2bmpBuffer", "bmp3_size" },
	{ "ZKID_Wlt2bmpBuffer", "bmp3_zkid" },
	{ "WltToBmp", "bmp2" },
	{ "iDR220S_Dewlt", "bmp2" },
	{ "ES_EIDSDK_WltUnpack", "bmp4_len" },
	{ "WltToBmpBuffer", "bmp3_key" },
	{ "Unpack", "bmp3_len" },
	{ "wlt_2_rgb", "raw5" },
	{ "ZKID_PHunpack", "raw3_size" },
	{ "wlt2bmp", "raw3" },
	{ "GetBmp", "file_getbmp" },
	{ "saveWlt2Bmp", "file_save" },
	{ "GetBmpFile", "file_library" },
	{ "wltGetBMP", "init_dir" },
	/* They want a reader that they opened themselves, or Java. */
	{ "dc_ParsePhotoInfo" },
	{ "IdCardGetPhotoBuffer" },
	{ "IdCardGetPhotoFile" },
	{ "KT_WltUnpack" },
	{ "Java_..._wltGetBMP" },
};

DEFINE_CLEANUP(Elf *, elf_end)

/* The program's own head in memory; the linker sets the name. */
extern const ElfW(Ehdr) __ehdr_start __attribute__((visibility("hidden")));

const char *machine_name(unsigned int machine)
{
	enum { MACHINE_LOONGARCH = 258, MACHINE_SW64 = 0x9916 };
	static const struct {
		unsigned int machine;
		const char *name;
	} names[] = {
		{ EM_386, "Intel (i386)" }, { EM_X86_64, "Intel/AMD (x86-64)" },
		{ EM_ARM, "ARM" }, { EM_AARCH64, "ARM (aarch64)" }, { EM_MIPS, "MIPS" },
		{ EM_RISCV, "RISC-V" }, { MACHINE_LOONGARCH, "LoongArch" },
		{ MACHINE_SW64, "SW64" }, { EM_PPC64, "POWER" },
	};

	for (size_t i = 0; i < ELEMENTSOF(names); i++)
		if (names[i].machine == machine)
			return names[i].name;
	return "?";
}

/* Is @symbol the function @name, as C, C++ (_Z, length, name) or Java writes it? */
static bool is_symbol(const char *symbol, const char *name)
{
	size_t n = strlen(symbol);
	char *end;

	if (strcmp(symbol, name) == 0)
		return true;
	if (strncmp(name, "Java_", 5) == 0)
		return strncmp(symbol, "Java_", 5) == 0 && n > 10 &&
		       strcmp(symbol + n - 10, "_wltGetBMP") == 0;
	if (strncmp(symbol, "_Z", 2) != 0 || symbol[2] < '1' || symbol[2] > '9')
		return false;
	n = strtoul(symbol + 2, &end, 10);
	return n == strlen(name) && strncmp(end, name, n) == 0;
}

/* No file may write lines of its own into what is told of it. */
static void make_plain(char *name)
{
	for (char *c = name; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = '?';
}

static bool is_plain(const char *name)
{
	while ((unsigned char)*name > ' ' && *name != 0x7f)
		name++;
	return !*name;
}

static void read_symbols(Elf *elf, Elf_Scn *section, const GElf_Shdr *head, struct library *l,
			 const struct known *wanted)
{
	Elf_Data *data = elf_getdata(section, NULL);
	size_t n = data && head->sh_entsize ? data->d_size / head->sh_entsize : 0;
	GElf_Sym symbol;

	for (size_t i = 0; i < n && l->n_found < LIBRARY_FOUND_MAX; i++) {
		const char *name;

		if (!gelf_getsym(data, (int)i, &symbol) || symbol.st_shndx == SHN_UNDEF ||
		    GELF_ST_TYPE(symbol.st_info) != STT_FUNC ||
		    GELF_ST_BIND(symbol.st_info) == STB_LOCAL)
			continue;
		name = elf_strptr(elf, head->sh_link, symbol.st_name);
		if (!name || strlen(name) >= LIBRARY_NAME_MAX || !is_plain(name) ||
		    !is_symbol(name, wanted->name))
			continue;
		l->found[l->n_found].known = wanted;
		strcpy(l->found[l->n_found++].symbol, name);
	}
}

static void read_dynamic(Elf *elf, Elf_Scn *section, const GElf_Shdr *head, struct library *l)
{
	Elf_Data *data = elf_getdata(section, NULL);
	size_t n = data && head->sh_entsize ? data->d_size / head->sh_entsize : 0;
	GElf_Dyn entry;

	for (size_t i = 0; i < n && gelf_getdyn(data, (int)i, &entry); i++) {
		if (entry.d_tag == DT_TEXTREL ||
		    (entry.d_tag == DT_FLAGS && entry.d_un.d_val & DF_TEXTREL))
			l->text_relocations = true;
		if (entry.d_tag == DT_NEEDED && l->n_needed < LIBRARY_NEEDED_MAX) {
			const char *name = elf_strptr(elf, head->sh_link, entry.d_un.d_val);

			if (name) {
				snprintf(l->needed[l->n_needed], LIBRARY_NAME_MAX, "%s", name);
				make_plain(l->needed[l->n_needed++]);
			}
		}
	}
}

static void read_sections(Elf *elf, struct library *l)
{
	Elf_Scn *section = NULL;
	GElf_Shdr head;

	while ((section = elf_nextscn(elf, section))) {
		if (!gelf_getshdr(section, &head))
			continue;
		if (head.sh_type == SHT_DYNAMIC)
			read_dynamic(elf, section, &head, l);
		for (size_t i = 0; head.sh_type == SHT_DYNSYM && i < ELEMENTSOF(knowns); i++)
			read_symbols(elf, section, &head, l, &knowns[i]);
	}
}

/* Without a mark of the stack, old loaders' rule holds: it is executable. */
static int read_segments(Elf *elf, struct library *l)
{
	size_t n;
	GElf_Phdr head;

	l->executable_stack = l->machine == EM_386 || l->machine == EM_X86_64 ||
			      l->machine == EM_ARM;
	if (elf_getphdrnum(elf, &n) < 0)
		return -EBADMSG;
	for (size_t i = 0; i < n; i++) {
		if (!gelf_getphdr(elf, (int)i, &head))
			return -EBADMSG;
		if (head.p_type == PT_GNU_STACK)
			l->executable_stack = head.p_flags & PF_X;
	}
	return 0;
}

/* Does the file hold all that its head speaks of? */
static bool is_whole(Elf *elf, const GElf_Ehdr *head, off_t size)
{
	GElf_Phdr segment;

	if (head->e_phnum == 0 ||
	    head->e_shoff + (uint64_t)head->e_shnum * head->e_shentsize > (uint64_t)size)
		return false;
	for (int i = 0; i < head->e_phnum; i++)
		if (!gelf_getphdr(elf, i, &segment) ||
		    segment.p_offset + segment.p_filesz > (uint64_t)size)
			return false;
	return true;
}

static void read_elf(Elf *elf, off_t size, struct library *l)
{
	GElf_Ehdr head;

	l->kind = LIBRARY_BROKEN;
	if (!gelf_getehdr(elf, &head))
		return;
	l->machine = head.e_machine;
	l->bits = head.e_ident[EI_CLASS] == ELFCLASS64 ? 64 : 32;
	l->here = head.e_machine == __ehdr_start.e_machine &&
		  head.e_ident[EI_CLASS] == __ehdr_start.e_ident[EI_CLASS] &&
		  head.e_ident[EI_DATA] == __ehdr_start.e_ident[EI_DATA];
	if (head.e_type != ET_DYN) {
		l->kind = LIBRARY_OTHER_ELF;
		return;
	}
	if (!is_whole(elf, &head, size) || read_segments(elf, l) < 0)
		return;
	read_sections(elf, l);
	l->kind = LIBRARY_SHARED;
}

int library_read(const char *path, struct library *ret)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	_cleanup_(elf_endp) Elf *elf = NULL;
	char magic[2] = "";
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return S_ISDIR(st.st_mode) ? -EISDIR : -EINVAL;
	memset(ret, 0, sizeof(*ret));
	ret->kind = LIBRARY_NO_ELF;
	if (pread(fd, magic, sizeof(magic), 0) == sizeof(magic) && memcmp(magic, "MZ", 2) == 0)
		ret->kind = LIBRARY_WINDOWS;
	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_READ, NULL);
	if (elf && elf_kind(elf) == ELF_K_AR)
		ret->kind = LIBRARY_ARCHIVE;
	else if (elf && elf_kind(elf) == ELF_K_ELF)
		read_elf(elf, st.st_size, ret);
	return 0;
}
