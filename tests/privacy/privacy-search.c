// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * privacy-search NEEDLES WHERE...: looks for what the marker persons say, in all its encodings.
 *
 *	tree PATH...	files, all below folders, and their names
 *	process PID...	memory, environment, arguments, mappings
 *	kernel		the physical memory, by /proc/kcore; a line for each kind of page
 *	persona NAME	no search: prints the persona's file
 *
 * Exit status: 0 nothing was found, 1 something was, 2 it could not be searched.
 */
#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/privacy/needles.h"
#include "util.h"

enum {
	CHUNK = 1 << 20,
	SHOWN = 40,
	PAGE = 4096,
};

static struct needles needles;
static uint64_t bytes, places, found;
static uint8_t *buffer;		/* what was read: NEEDLE_SIZE of the chunk before, then a chunk */
static int pageflags = -1;	/* of the kernel search */
static uint64_t kinds[6];

static const char *const kind_names[] = { "free", "slab", "anonymous", "file", "other", "none" };

/* By /proc/kpageflags: what the page is used for. */
static unsigned int kind_of(uint64_t page)
{
	uint64_t flags = 0;

	if (pread(pageflags, &flags, sizeof(flags), (off_t)(page * sizeof(flags))) != sizeof(flags))
		return 4;
	if (flags & 1 << 10)
		return 0;
	if (flags & 1 << 7)
		return 1;
	if (flags & 1 << 12)
		return 2;
	if (flags & 1 << 5)
		return 3;
	return flags & ~(1ULL << 20) ? 4 : 5;
}

/* @address is the place in @where; with the kernel's memory the physical one. */
static void report(const struct needle *n, const char *where, uint64_t address)
{
	const char *kind = "";

	if (pageflags >= 0) {
		unsigned int k = kind_of(address / PAGE);

		kinds[k]++;
		kind = kind_names[k];
	}
	if (found++ < SHOWN)
		printf("# found %s in %s at %#llx %s\n", n->name, where, (unsigned long long)address,
		       kind);
}

/* @size bytes of @fd from @from on, which are told as @address; less, where no more can be read. */
static void search(int fd, const char *where, uint64_t from, uint64_t size, uint64_t address)
{
	size_t kept = 0;

	places++;
	while (size) {
		uint8_t *data = buffer + NEEDLE_SIZE - kept;
		size_t wanted = size < CHUNK ? size : CHUNK, at = 0;
		ssize_t n = pread(fd, buffer + NEEDLE_SIZE, wanted, (off_t)from);
		const struct needle *needle;

		if (n <= 0)
			break;
		bytes += (uint64_t)n;
		while ((needle = needles_next(&needles, data, kept + (size_t)n, &at))) {
			/* what ends in the chunk before was seen with it */
			if (at + needle->size > kept)
				report(needle, where, address + at - kept);
			at++;
		}
		kept = (size_t)n + kept < NEEDLE_SIZE ? (size_t)n + kept : NEEDLE_SIZE;
		memmove(buffer + NEEDLE_SIZE - kept, buffer + NEEDLE_SIZE + n - kept, kept);
		from += (uint64_t)n;
		address += (uint64_t)n;
		size -= (uint64_t)n;
	}
	explicit_bzero(buffer, NEEDLE_SIZE + CHUNK);
}

static void search_file(const char *path)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOATIME);

	if (fd >= 0)
		search(fd, path, 0, UINT64_MAX, 0);
}

static int on_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	size_t at = 0;
	const struct needle *n = needles_next(&needles, (const uint8_t *)path, strlen(path), &at);

	if (n)
		report(n, "a name", 0);
	if (type == FTW_F && (S_ISREG(st->st_mode) || S_ISBLK(st->st_mode)))
		search_file(path);
	return 0;
}

static bool search_tree(const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return false;
	return nftw(path, on_entry, 32, FTW_PHYS) == 0;
}

static bool search_process(const char *pid)
{
	static const char *const files[] = { "environ", "cmdline", "maps", "comm" };
	char path[64], line[512], where[600];
	_cleanup_close_ int memory = -1;
	unsigned int n = 0;
	FILE *maps;

	snprintf(path, sizeof(path), "/proc/%s/mem", pid);
	memory = open(path, O_RDONLY | O_CLOEXEC);
	snprintf(path, sizeof(path), "/proc/%s/maps", pid);
	maps = fopen(path, "re");
	if (!maps)
		return false;
	for (; memory >= 0 && fgets(line, sizeof(line), maps); n++) {
		unsigned long long begin, end;
		char rights[8], name[256] = "";

		if (sscanf(line, "%llx-%llx %7s %*s %*s %*s %255[^\n]", &begin, &end, rights, name) < 3 ||
		    strncmp(name, "[v", 2) == 0)
			continue;
		snprintf(where, sizeof(where), "process %s %s %s", pid, rights, name);
		search(memory, where, begin, end - begin, begin);
	}
	fclose(maps);
	for (size_t i = 0; i < ELEMENTSOF(files); i++) {
		snprintf(path, sizeof(path), "/proc/%s/%s", pid, files[i]);
		search_file(path);
	}
	return n > 0;
}

/* All pieces of memory that the kernel maps one to one. */
static bool search_kernel(void)
{
	_cleanup_close_ int fd = open("/proc/kcore", O_RDONLY | O_CLOEXEC);
	uint64_t before = bytes;
	Elf64_Ehdr head;

	pageflags = open("/proc/kpageflags", O_RDONLY | O_CLOEXEC);
	if (fd < 0 || pageflags < 0 || pread(fd, &head, sizeof(head), 0) != sizeof(head))
		return false;
	for (unsigned int i = 0; i < head.e_phnum; i++) {
		Elf64_Phdr p;

		if (pread(fd, &p, sizeof(p), (off_t)(head.e_phoff + i * sizeof(p))) != sizeof(p))
			return false;
		/* vmalloc and the like have no physical address; the kernel is among the rest */
		if (p.p_type == PT_LOAD && p.p_paddr != UINT64_MAX && p.p_memsz < 1ULL << 40 &&
		    p.p_vaddr < 0xffffffff80000000)
			search(fd, "memory", p.p_offset, p.p_filesz, p.p_paddr);
	}
	for (size_t i = 0; i < ELEMENTSOF(kinds); i++)
		printf("# kernel %s: %llu\n", kind_names[i], (unsigned long long)kinds[i]);
	return bytes > before;
}

static bool search_all(const char *where, char **names)
{
	bool good = true;

	if (strcmp(where, "kernel") == 0)
		return search_kernel();
	for (; *names; names++)
		if (!(strcmp(where, "process") ? search_tree(*names) : search_process(*names))) {
			printf("# cannot be searched: %s %s\n", where, *names);
			good = false;
		}
	return good;
}

int main(int argc, char **argv)
{
	static uint8_t persona[PERSONA_SIZE];
	bool good;
	int size;

	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	mlockall(MCL_CURRENT | MCL_FUTURE);
	buffer = malloc(NEEDLE_SIZE + CHUNK);
	if (argc < 3 || !buffer) {
		fprintf(stderr, "usage: privacy-search NEEDLES tree|process|kernel|persona NAME...\n");
		return 2;
	}
	if (strcmp(argv[2], "persona") == 0) {
		size = needles_persona(argv[1], argc > 3 ? argv[3] : "", persona);
		good = size > 0 && write(STDOUT_FILENO, persona, (size_t)size) == size;
		explicit_bzero(persona, sizeof(persona));
		return good ? 0 : 2;
	}
	if (needles_load(&needles, argv[1]) < 0)
		return 2;
	good = search_all(argv[2], argv + 3);
	printf("# searched %s: %llu bytes, %llu places, %zu needles, found %llu\n", argv[2],
	       (unsigned long long)bytes, (unsigned long long)places, needles.n,
	       (unsigned long long)found);
	return good ? found > 0 : 2;
}
