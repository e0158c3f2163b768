# SPDX-License-Identifier: GPL-2.0-or-later
# Fuzzing: one libFuzzer target for every parser of bytes from outside. Seeds are in corpus/NAME/.

FUZZ          := tests/fuzz
FUZZ_INCLUDES := -Iuserspace/daemon -Iuserspace/transport -Iuserspace/node -Iuserspace/portrait -Iuserspace/scan -I$(FUZZ) -I. $(call pkg_cflags,libusb-1.0)
FUZZ_FLAGS    := -O1 -g -fno-omit-frame-pointer -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
FUZZ_COVER    := -fprofile-instr-generate -fcoverage-mapping
FUZZ_TARGETS  :=
FUZZ_PARSERS  :=

# Parsers are files, or FILE:FUNCTION:FUNCTION... where the rest of the file is none.
#
# $(call fuzz-target,NAME,PARSERS[,OTHER SOURCES[,PACKAGES]]): build/fuzz/NAME, and build/fuzz/cover/NAME
# that counts which lines of the parsers are run. Targets share their objects.
define fuzz-target
FUZZ_TARGETS += $(1)
FUZZ_PARSERS += $(2)
$(call fuzz-program,fuzz,$(1),$(call fuzz-sources,$(1),$(2),$(3)),$(4),)
$(call fuzz-program,fuzz/cover,$(1),$(call fuzz-sources,$(1),$(2),$(3)),$(4),$(FUZZ_COVER))
endef

# Those of the parsers, once.
fuzz-sources = $(sort $(FUZZ)/fuzz-$(1).c $(filter %.c,$(foreach f,$(2),$(firstword $(subst :, ,$(f))))) $(3))

define fuzz-program
$(B)/$(1)/$(2): $(addprefix $(B)/$(1)/o/,$(patsubst %.c,%.o,$(3)))
	$$(call say,LD,$$@)
	$$(Q)clang -fsanitize=fuzzer,address,undefined $(5) -o $$@ $$^ $$(call pkg_libs,$(4))
-include $(addprefix $(B)/$(1)/o/,$(patsubst %.c,%.d,$(3)))

endef

$(B)/fuzz/cover/o/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)clang $(OURFLAGS) $(FUZZ_INCLUDES) $(FUZZ_FLAGS) $(FUZZ_COVER) -c -o $@ $<
$(B)/fuzz/o/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)clang $(OURFLAGS) $(FUZZ_INCLUDES) $(FUZZ_FLAGS) -c -o $@ $<

FUZZ_LIB := userspace/lib

$(eval $(call fuzz-target,frame,driver/frame.h))
$(eval $(call fuzz-target,usb,driver/exchange.h driver/framing.h))
$(eval $(call fuzz-target,record,$(FUZZ_LIB)/record.c))
$(eval $(call fuzz-target,number,$(addprefix $(FUZZ_LIB)/,number.c number-suggest.c misread.c)))
$(eval $(call fuzz-target,mrz,$(addprefix $(FUZZ_LIB)/,mrz.c mrz-suggest.c),$(addprefix $(FUZZ_LIB)/,number.c misread.c)))
$(eval $(call fuzz-target,text,$(FUZZ_LIB)/text.c,,jansson))

FUZZ_IDENTITY := $(addprefix $(FUZZ_LIB)/,identity.c identity-entry.c identity-json.c json-writer.c private-use.c \
		 number.c mrz.c codes.c text.c base64.c portrait.c)
FUZZ_BASE     := $(addprefix $(FUZZ_LIB)/,secret.c errors.c)

$(eval $(call fuzz-target,identity,$(addprefix $(FUZZ_LIB)/,identity.c identity-json.c json-writer.c codes.c sam.c \
	private-use.c),$(FUZZ_IDENTITY),jansson))
$(eval $(call fuzz-target,entry,$(FUZZ_LIB)/identity-entry.c userspace/node/entry.c,$(FUZZ_IDENTITY) \
	$(FUZZ_BASE),jansson))
$(eval $(call fuzz-target,config,$(FUZZ_LIB)/config.c userspace/scan/settings.c userspace/daemon/place.c \
	userspace/transport/options.c,$(FUZZ_BASE) $(wildcard userspace/transport/*.c),libsystemd libusb-1.0 inih jansson))
$(eval $(call fuzz-target,scan,userspace/scan/keys.c userspace/scan/lines.c))
$(eval $(call fuzz-target,stream,$(FUZZ_LIB)/stream.c:forget_taken:stream_fill:stream_next:stream_greeting,$(FUZZ_BASE),jansson))
$(eval $(call fuzz-target,library,$(addprefix $(FUZZ_LIB)/,libidcard-json.c libidcard-identity.c base64.c),$(FUZZ_BASE) \
	$(addprefix $(FUZZ_LIB)/,text.c number.c libidcard-number.c number-suggest.c mrz.c mrz-suggest.c \
	misread.c),jansson))
$(eval $(call fuzz-target,watch,$(FUZZ_LIB)/libidcard-watch.c:is_reply_to:error_of:remember_error:take_event:idcard_next:wait_for_identity,$(FUZZ_BASE) \
	$(addprefix $(FUZZ_LIB)/,client.c stream.c libidcard-json.c libidcard-identity.c base64.c text.c number.c \
	libidcard-number.c number-suggest.c mrz.c mrz-suggest.c misread.c),jansson))
$(eval $(call fuzz-target,profile,$(wildcard userspace/web/profile-*.c),$(FUZZ_BASE) userspace/web/profiles.c \
	$(FUZZ_LIB)/text.c,jansson))
$(eval $(call fuzz-target,wedge,$(addprefix userspace/wedge/,template.c render.c keys.c typist.c person.c \
	settings.c:take_profile_value:take_general:take:take_bits:take_paste:get_profile:add_profile:build:complete:judge),$(FUZZ_BASE) \
	userspace/scan/keys.c $(FUZZ_LIB)/config.c $(FUZZ_LIB)/text.c,inih jansson))
$(eval $(call fuzz-target,web,$(addprefix userspace/web/,target.c guard.c origins.c consent.c:take:finish:consent_parse),\
	$(FUZZ_LIB)/config.c $(FUZZ_LIB)/secret.c $(FUZZ_LIB)/log.c,inih jansson))
$(eval $(call fuzz-target,websocket,userspace/web/ws.c,$(FUZZ_LIB)/base64.c,libmd jansson))
$(eval $(call fuzz-target,hid,userspace/transport/hid-report.h))
$(eval $(call fuzz-target,serial,userspace/transport/stx.c))
$(eval $(call fuzz-target,elf,userspace/portrait/library.c,,libelf))
$(eval $(call fuzz-target,portrait,$(addprefix userspace/portrait/,pixels.c \
	settings.c:take_text:take_code:take_success:take_output:take:finish),$(FUZZ_BASE) \
	$(FUZZ_LIB)/config.c $(FUZZ_LIB)/picture.c userspace/portrait/families.c,inih libturbojpeg jansson))
$(eval $(call fuzz-target,lease,$(addprefix userspace/daemon/,lease.c spot.c),$(FUZZ_LIB)/record.c $(FUZZ_LIB)/secret.c,jansson))
$(eval $(call fuzz-target,request,$(addprefix userspace/daemon/,request.c decode.c:answer_ready:next:decodes_go_on:do_decode \
	claims.c:do_claim:do_exchange:do_release:answer:send_reply:settle:refuse_waiting:hub_reader_event:hub_reader_gone \
	client.c:handle_line:handle_input:receive),$(FUZZ_BASE) $(FUZZ_IDENTITY) $(addprefix userspace/daemon/,hub.c quota.c \
	sighting.c lease.c spot.c) $(addprefix $(FUZZ_LIB)/,picture.c record.c sam.c),libsystemd libturbojpeg jansson))

FUZZ_COVERAGE = $(FUZZ)/coverage $(B) '$(FUZZ_TARGETS)' $(sort $(FUZZ_PARSERS))

.PHONY: fuzz fuzz-coverage check-fuzz
fuzz: $(addprefix $(B)/fuzz/,$(or $(TARGET),$(FUZZ_TARGETS)))
	$(Q)$(FUZZ)/run $(B) $(or $(SECONDS),60) $(or $(TARGET),$(FUZZ_TARGETS))

fuzz-coverage: $(addprefix $(B)/fuzz/cover/,$(FUZZ_TARGETS))
	$(Q)$(FUZZ_COVERAGE)

# $(call fuzz-test,NAME,COMMAND)
fuzz-test = { $(2) && echo 'ok fuzz: $(1)'; } || { echo 'not ok fuzz: $(1)'; status=1; }

check-fuzz: $(addprefix $(B)/fuzz/,$(FUZZ_TARGETS)) $(addprefix $(B)/fuzz/cover/,$(FUZZ_TARGETS))
	$(Q)status=0; \
		$(call fuzz-test,seeds are those of make-seeds,$(FUZZ)/make-seeds --check); \
		$(call fuzz-test,seeds reach the lines of the parsers,$(FUZZ_COVERAGE)); \
		$(FUZZ)/run $(B) 10 $(FUZZ_TARGETS) || status=1; \
		exit $$status
