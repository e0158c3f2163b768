/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Macros of libraries that stand in for a statement, in a form that cppcheck understands. It reads
 * no headers of the system: it gives up, without a word, on those that it does not understand.
 */
#define json_array_foreach(array, i, value)                                                        \
	for (i = 0; i < json_array_size(array) && (value = json_array_get(array, i)); i++)
#define json_object_foreach(object, key, value)                                                    \
	for (key = json_object_iter_key(json_object_iter(object));                                 \
	     key && (value = json_object_get(object, key));                                        \
	     key = json_object_iter_key(json_object_key_to_iter(key)))
