// SPDX-License-Identifier: LGPL-2.1-or-later
#include "codes.h"

#include <stddef.h>
#include <string.h>

#include "util.h"

static const char *const ethnicities[100] = {
	[1] = "汉", [2] = "蒙古", [3] = "回", [4] = "藏",
	[5] = "维吾尔", [6] = "苗", [7] = "彝", [8] = "壮",
	[9] = "布依", [10] = "朝鲜", [11] = "满", [12] = "侗",
	[13] = "瑶", [14] = "白", [15] = "土家", [16] = "哈尼",
	[17] = "哈萨克", [18] = "傣", [19] = "黎", [20] = "傈僳",
	[21] = "佤", [22] = "畲", [23] = "高山", [24] = "拉祜",
	[25] = "水", [26] = "东乡", [27] = "纳西", [28] = "景颇",
	[29] = "柯尔克孜", [30] = "土", [31] = "达斡尔", [32] = "仫佬",
	[33] = "羌", [34] = "布朗", [35] = "撒拉", [36] = "毛南",
	[37] = "仡佬", [38] = "锡伯", [39] = "阿昌", [40] = "普米",
	[41] = "塔吉克", [42] = "怒", [43] = "乌孜别克", [44] = "俄罗斯",
	[45] = "鄂温克", [46] = "德昂", [47] = "保安", [48] = "裕固",
	[49] = "京", [50] = "塔塔尔", [51] = "独龙", [52] = "鄂伦春",
	[53] = "赫哲", [54] = "门巴", [55] = "珞巴", [56] = "基诺",
	[97] = "其他", [98] = "外国血统中国籍人士",
};

/* ISO 3166-1, all 249 codes, sorted, four bytes each. */
static const char countries[] =
	"ABW AFG AGO AIA ALA ALB AND ARE ARG ARM ASM ATA ATF ATG AUS AUT AZE BDI BEL BEN "
	"BES BFA BGD BGR BHR BHS BIH BLM BLR BLZ BMU BOL BRA BRB BRN BTN BVT BWA CAF CAN "
	"CCK CHE CHL CHN CIV CMR COD COG COK COL COM CPV CRI CUB CUW CXR CYM CYP CZE DEU "
	"DJI DMA DNK DOM DZA ECU EGY ERI ESH ESP EST ETH FIN FJI FLK FRA FRO FSM GAB GBR "
	"GEO GGY GHA GIB GIN GLP GMB GNB GNQ GRC GRD GRL GTM GUF GUM GUY HKG HMD HND HRV "
	"HTI HUN IDN IMN IND IOT IRL IRN IRQ ISL ISR ITA JAM JEY JOR JPN KAZ KEN KGZ KHM "
	"KIR KNA KOR KWT LAO LBN LBR LBY LCA LIE LKA LSO LTU LUX LVA MAC MAF MAR MCO MDA "
	"MDG MDV MEX MHL MKD MLI MLT MMR MNE MNG MNP MOZ MRT MSR MTQ MUS MWI MYS MYT NAM "
	"NCL NER NFK NGA NIC NIU NLD NOR NPL NRU NZL OMN PAK PAN PCN PER PHL PLW PNG POL "
	"PRI PRK PRT PRY PSE PYF QAT REU ROU RUS RWA SAU SDN SEN SGP SGS SHN SJM SLB SLE "
	"SLV SMR SOM SPM SRB SSD STP SUR SVK SVN SWE SWZ SXM SYC SYR TCA TCD TGO THA TJK "
	"TKL TKM TLS TON TTO TUN TUR TUV TWN TZA UGA UKR UMI URY USA UZB VAT VCT VEN VGB "
	"VIR VNM VUT WLF WSM YEM ZAF ZMB ZWE ";

/*
 * ICAO 9303 part 3: Germany; the kinds of British nationality; Kosovo; United Nations;
 * stateless, refugees (1951 convention, others), unspecified. Each is followed by a space.
 */
static const char others[] = "D GBD GBN GBO GBP GBS RKS UNO XXA XXB XXC XXX ";

/* Codes 0x0b to 0x14 in a row. */
static const char *const fingers[] = {
	"right_thumb", "right_forefinger", "right_middle", "right_ring", "right_little",
	"left_thumb",  "left_forefinger",  "left_middle",  "left_ring",	 "left_little",
};

const char *code_ethnicity(const char *code)
{
	if (strlen(code) != 2 || strspn(code, "0123456789") != 2)
		return NULL;
	return ethnicities[(code[0] - '0') * 10 + (code[1] - '0')];
}

const char *code_sex(const char *code)
{
	if (strcmp(code, "1") == 0)
		return "male";
	if (strcmp(code, "2") == 0)
		return "female";
	if (strcmp(code, "0") == 0 || strcmp(code, "9") == 0)
		return "unknown";
	return NULL;
}

static bool is_country(const char *code)
{
	size_t low = 0, high = (sizeof(countries) - 1) / 4;

	while (low < high) {
		size_t middle = (low + high) / 2;
		int order = memcmp(code, countries + 4 * middle, 3);

		if (order == 0)
			return true;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return false;
}

bool code_nationality_known(const char *code)
{
	size_t n = strlen(code);

	if (n == 3 && is_country(code))
		return true;
	for (const char *p = others; n > 0 && *p; p = strchr(p, ' ') + 1)
		if (strncmp(p, code, n) == 0 && p[n] == ' ')
			return true;
	return false;
}

const char *code_finger(uint8_t code)
{
	switch (code) {
	case 0x61:
		return "right_unsure";
	case 0x62:
		return "left_unsure";
	case 0x63:
		return "unsure";
	}
	if (code >= 0x0b && code < 0x0b + ELEMENTSOF(fingers))
		return fingers[code - 0x0b];
	return "unknown";
}

const char *code_fingerprint_result(uint8_t code)
{
	switch (code) {
	case 1:
		return "ok";
	case 2:
		return "failed";
	case 3:
		return "not-registered";
	}
	return "unknown";
}
