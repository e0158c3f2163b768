// SPDX-License-Identifier: GPL-2.0-or-later
// What the page says, in both languages: the one table. What went wrong in the daemon, with a reader or with an
// entry is in errors.h, from which errors.js is made.
import { ERRORS } from './errors.js';

// Key: [English, Chinese]. {0} and {1} are filled in.
const WORDS = {
	title: ['ID cards', '身份证读取'],
	skip: ['Go to the person', '跳到证件信息'],
	language: ['中文', 'English'],
	mask: ['Hide data', '遮盖信息'],
	unmask: ['Show data', '显示信息'],
	mask_hint: ['For screens that others can see. The copy buttons still give everything.',
		'适用于他人能看到屏幕的场合。复制按钮仍复制完整内容。'],

	// The line on top: what is going on and what to do.
	connecting: ['One moment…', '请稍候…'],
	connecting_text: ['The page is connecting to the reader service.', '页面正在连接读卡服务。'],
	lost: ['Connection lost', '连接已断开'],
	lost_text: ['The service on this computer does not answer. The page tries again by itself. ' +
		'If this stays, ask the administrator to look at: systemctl status idcard-web',
		'本机的服务没有响应,页面正在自动重新连接。如一直不恢复,请管理员查看:systemctl status idcard-web'],
	refused: ['Not permitted', '无权使用'],
	trouble: ['Something is wrong', '出现问题'],
	no_reader: ['No reader', '没有读卡器'],
	daemon_away: ['Reader service not running', '读卡服务未运行'],
	starting: ['The reader is starting…', '读卡器正在启动…'],
	starting_text: ['This takes a few seconds.', '需要几秒钟。'],
	ready: ['Place the card', '请放证件'],
	ready_text: ['Flat, in the middle of the reader. It is read by itself.', '平放在读卡器中央,自动读取。'],
	lift: ['Lift the card and place it again', '请拿起证件后重新放置'],
	lift_text: ['A card lies on the reader that is not shown here.', '读卡器上有一张证件,其信息未显示在本页。'],
	reading: ['Reading…', '正在读卡…'],
	reading_text: ['Leave the card where it is.', '请勿移动证件。'],
	retry: ['Reading… attempt {0} of 3', '正在读卡…第 {0} 次,共 3 次'],
	retry_text: ['Leave the card flat on the reader, away from other cards and metal.',
		'请将证件平放不动,远离其他卡片和金属物。'],
	read: ['Card read', '读卡成功'],
	read_text: ['You may take the card away.', '可以拿起证件。'],
	read_warned: ['Card read: please check', '已读卡,请核对'],
	read_warned_text: ['Something does not fit. See what is marked, and compare it with the card.',
		'有内容不符。请查看提示,并与证件核对。'],
	lifted: ['Card taken away', '证件已拿开'],
	lifted_text: ['The next card may be placed.', '可以放下一张证件。'],
	entered: ['Entered by hand', '已手工录入'],
	entered_text: ['Compare it with what the person shows you.', '请与本人出示的材料核对。'],
	card_failed: ['The card was not read', '未读出证件'],
	reader_failed: ['The reader needs attention', '读卡器需要处理'],
	entry_failed: ['Not accepted', '录入有误'],
	unknown_error: ['Unknown error: {0}', '未知错误:{0}'],

	// The person.
	person: ['Person', '证件信息'],
	empty: ['No card is shown', '当前没有证件'],
	step_place: ['Place the card flat on the reader', '将证件平放在读卡器上'],
	step_wait: ['Wait until the name appears', '等待姓名出现'],
	step_take: ['Take the card away', '拿起证件'],
	empty_hint: ['Lost or left at home? Type the number under "{0}".', '证件丢失或没带?请在"{0}"中输入号码。'],
	forgotten: ['The data were removed from the screen, for privacy. To see them again, lift the card and place it again.',
		'为保护个人信息,屏幕上的内容已清除。如需再次显示,请拿起证件后重新放置。'],
	forgotten_lost: ['The data were removed from the screen, because the connection was lost. Lift the card and place it again.',
		'连接曾断开,屏幕上的内容已清除。请拿起证件后重新放置。'],
	forget: ['Clear', '清除'],
	copy_all: ['Copy all', '全部复制'],
	copy: ['Copy', '复制'],
	copy_what: ['Copy: {0}', '复制:{0}'],
	copied: ['Copied', '已复制'],
	copied_what: ['Copied: {0}', '已复制:{0}'],
	copy_failed: ['Not copied', '复制失败'],
	forget_in: ['Removed from the screen in {0} s', '{0} 秒后从屏幕清除'],
	source_manual: ['Entered by hand: not from a card', '手工录入,非读卡'],
	source_mrz: ['From the lines of a passport: not from a card', '由护照机读码录入,非读卡'],
	source_qr: ['From a scanner: not from a card', '由扫描器录入,非读卡'],
	source_card: ['Read from the card', '由证件读出'],

	card_type_resident: ['Resident identity card', '居民身份证'],
	card_type_foreigner: ['Foreign permanent resident ID card', '外国人永久居留身份证'],
	card_type_foreigner_2023: ['Foreign permanent resident ID card (2023)', '外国人永久居留身份证(2023版)'],
	card_type_hmt_permit: ['Residence permit for Hong Kong, Macao and Taiwan residents', '港澳台居民居住证'],
	card_type_passport: ['Passport', '护照'],

	name: ['Name', '姓名'],
	name_latin: ['Latin name', '英文姓名'],
	sex: ['Sex', '性别'],
	ethnicity: ['Ethnicity', '民族'],
	nationality: ['Nationality', '国籍'],
	birth_date: ['Born', '出生日期'],
	address: ['Address', '住址'],
	new_address: ['New address', '最新住址'],
	id_number: ['ID number', '证件号码'],
	former_number: ['Old number', '原证件号码'],
	passport_number: ['Passport number', '护照号码'],
	permit_number: ['Permit number', '通行证号'],
	issue_count: ['Times issued', '签发次数'],
	authority: ['Authority', '签发机关'],
	valid: ['Valid', '有效期限'],
	sex_male: ['male', '男'],
	sex_female: ['female', '女'],
	sex_unknown: ['unknown', '未知'],
	until: ['until {0}', '至 {0}'],
	from_until: ['{0} to {1}', '{0} 至 {1}'],
	long_term: ['long term', '长期'],
	expired: ['expired', '已过期'],

	portrait: ['Portrait from the card', '证件照片'],
	portrait_hidden: ['Picture hidden', '照片已遮盖'],
	portrait_none: ['No picture', '无照片'],
	portrait_no_decoder: ['No picture: no decoder is set up. The administrator can do that: see idcard-portrait(8)',
		'无照片:未配置照片解码库。请管理员参见 idcard-portrait(8)'],
	portrait_bad_block: ['No picture: the card holds none in a known form', '无照片:证件中没有可识别格式的照片'],
	portrait_failed: ['No picture: it could not be decoded. The administrator can run: idcard-portrait --test',
		'无照片:解码失败。请管理员运行:idcard-portrait --test'],

	// Each warning: what it is, and what to do.
	caution: ['Please check', '请核对'],
	warning_expired: ['The card has expired. Ask for a valid one, or follow the rule of your desk.',
		'证件已过期。请让本人出示有效证件,或按现场规定处理。'],
	warning_checksum: ['The check digit of the number does not fit. Compare the number with the print on the card, digit by digit.',
		'号码校验位不符。请与证件上印的号码逐位核对。'],
	warning_number_form: ['The number is not of the form that this kind of card has. Compare it with the print on the card.',
		'号码格式与证件类型不符。请与证件上印的号码核对。'],
	warning_unknown_region: ['The number begins with a region that does not exist. Compare it with the print on the card.',
		'号码开头的地区代码不存在。请与证件上印的号码核对。'],
	warning_birth_mismatch: ['Number and date of birth do not agree. Ask the person, and look at the print on the card.',
		'号码与出生日期不一致。请询问本人,并查看证件上印的内容。'],
	warning_sex_mismatch: ['Number and sex do not agree. Look at the print on the card.',
		'号码与性别不一致。请查看证件上印的内容。'],
	warning_birth_in_future: ['The date of birth lies in the future. Is the clock of this computer right? If it is, check the card by eye.',
		'出生日期晚于今天。请检查本机时间是否正确;如正确,请人工核对证件。'],
	warning_bad_date: ['A date is missing or does not exist, so it is not shown. Take it from the print on the card.',
		'有日期缺失或不存在,未予显示。请以证件上印的为准。'],
	warning_bad_sex: ['The card gives no known sex. Take it from the print on the card.',
		'性别代码未知。请以证件上印的为准。'],
	warning_bad_count: ['How many times the permit was issued cannot be read. Take it from the print on the card, if you need it.',
		'签发次数无法识别。如需要,请以证件上印的为准。'],
	warning_unknown_ethnicity: ['The code of the ethnicity is unknown, so it is not shown. Take it from the print on the card.',
		'民族代码未知,未予显示。请以证件上印的为准。'],
	warning_unknown_nationality: ['The code of the nationality is missing or unknown. Take it from the print on the card.',
		'国籍代码缺失或未知。请以证件上印的为准。'],
	warning_empty_name: ['There is no name on the chip. Take it from the print on the card.',
		'芯片中没有姓名。请以证件上印的为准。'],
	warning_private_use_characters: ['A rare character cannot be shown: its code stands in its place. Do not replace it by another one: compare by the number, and pass the text on as it is.',
		'含有无法显示的生僻字,以编码代替。请勿自行改成别的字:以号码为准核对,文字原样使用。'],
	warning_mapped_characters: ['A rare character was replaced by the one in use today. Compare it with the print on the card.',
		'生僻字已替换为现行编码的字。请与证件上印的核对。'],
	warning_odd_characters: ['A text holds characters that do not belong there; they are shown as codes. Check the card by eye: it may be forged.',
		'文字中含有不应出现的字符,以编码显示。请人工核对证件,谨防伪造。'],
	warning_unknown: ['The service reports: {0}. Check the card by eye.', '服务提示:{0}。请人工核对证件。'],

	// Entry by hand.
	entry: ['No card?', '无证件录入'],
	entry_kind: ['What do you have?', '录入方式'],
	entry_id: ['ID number', '身份证号'],
	entry_passport: ['Passport', '护照号码'],
	entry_mrz: ['Passport lines', '护照机读码'],
	entry_id_label: ['Number of the ID card', '证件号码'],
	entry_id_hint: ['18 characters. Read it to the person once it fits.', '共 18 位。校验通过后请向本人复述核对。'],
	entry_passport_label: ['Passport number', '护照号码'],
	entry_digit_label: ['Check digit', '校验位'],
	entry_digit_hint: ['The check digit is the digit right behind the number, in the lower of the two lines at the bottom of the photo page:',
		'校验位在资料页最下方两行机读码的第二行,紧跟在护照号码后面的那一位:'],
	entry_mrz_label: ['Both lines at the bottom of the photo page', '资料页最下方的两行机读码'],
	entry_mrz_hint: ['44 characters each, with all "<". A passport scanner may type them here.',
		'每行 44 个字符,包括所有"<"。可用护照扫描器直接录入。'],
	entry_submit: ['Use it', '录入'],
	entry_sending: ['One moment…', '请稍候…'],
	entry_done: ['Entered. It was handed on like a card.', '已录入,并像读卡一样传给其他程序。'],
	entry_count: ['{0} of {1} characters', '已输入 {0} 位,共 {1} 位'],
	entry_fits: ['The check digit fits. Born {0}, {1}.', '校验通过。出生日期 {0},{1}。'],
	entry_fits_plain: ['The check digit fits.', '校验通过。'],
	entry_misfit: ['The check digit does not fit: compare digit by digit.', '校验位不符:请逐位核对。'],
	entry_form: ['Only digits, and an X at the end.', '只能是数字,最后一位可以是 X。'],
	entry_long: ['{0} characters too many.', '多了 {0} 位。'],
	entry_date: ['The digits of the date of birth, the 7th to the 14th, are no date.', '第 7 至 14 位不是有效的出生日期。'],
	entry_enter: ['Press Enter to check it.', '请按回车键校验。'],
	entry_empty: ['Type something first.', '请先输入内容。'],
	entry_failed_send: ['Not sent: the service does not answer.', '未能提交:服务没有响应。'],
	entry_suggest: ['Did you mean this? Compare it with the document first.', '您要输入的是否为以下内容?请先与证件核对。'],
	entry_suggest_take: ['Yes, put it in', '是,填入'],

	// Readers.
	readers: ['Readers', '读卡器'],
	readers_none: ['No reader is connected.', '没有连接读卡器。'],
	reader_name: ['Reader {0}', '读卡器 {0}'],
	reader_sam: ['Security module {0}', '安全模块 {0}'],
	state_opening: ['being opened', '正在打开'],
	state_starting: ['starting', '正在启动'],
	state_idle: ['idle', '空闲'],
	state_searching: ['waiting for a card', '等待证件'],
	state_selecting: ['card found', '已发现证件'],
	state_reading: ['reading the card', '正在读卡'],
	state_holding: ['a card lies there', '证件未拿开'],
	state_faulty: ['faulty', '故障'],

	// Websites.
	sites: ['Websites', '网站'],
	sites_hint: ['Other pages that want to read cards.', '想要读取证件的其他网页。'],
	sites_none: ['No website has asked.', '没有网站提出请求。'],
	sites_waiting: ['Websites that wait for you: {0}', '待处理的网站请求:{0}'],
	site_asks: ['A website asks to read ID cards', '有网站请求读取身份证'],
	site_meaning: ['If you allow it, this website gets name, number, address and picture of the persons whose cards are placed while it is open. ' +
		'Allow only a website that you opened yourself for your work, and only if every letter of its address is right.',
		'允许后,该网站打开期间,每个放证件的人的姓名、号码、住址和照片都会传给它。' +
		'只允许您为工作亲自打开的网站,并逐字核对网址。'],
	site_unsafe: ['The address begins with http: what it sends can be read and changed on the way.',
		'网址以 http 开头:传输内容可能被他人窃取或篡改。'],
	site_allow: ['Allow…', '允许…'],
	site_allow_yes: ['Yes, allow', '是,允许'],
	site_cancel: ['Cancel', '取消'],
	site_deny: ['Deny', '拒绝'],
	site_forget: ['Forget', '移除'],
	site_what: ['{0}: {1}', '{0}:{1}'],
	site_allowed: ['allowed', '已允许'],
	site_denied: ['denied', '已拒绝'],
	site_by_administrator: ['set by the administrator', '由管理员设置'],
	site_failed: ['Not changed: {0}', '未能更改:{0}'],
	site_profiles: ['speaks to: {0}', '使用接口:{0}'],

	// Interfaces of vendors.
	services: ['Interfaces for older pages', '兼容接口'],
	services_hint: ['Pages written for a vendor\'s service find it here. The administrator switches it on in /etc/idcard/web.conf.',
		'为厂商读卡服务编写的网页可使用这些接口。由管理员在 /etc/idcard/web.conf 中启用。'],
	services_none: ['None.', '无。'],
	service_on: ['on, port {0}', '已启用,端口 {0}'],
	service_off: ['off', '未启用'],
	service_failed: ['does not work on port {0}: {1}', '端口 {0} 不可用:{1}'],
	service_error_port_taken: ['Another program uses this port. Close it, then restart idcard-web.',
		'该端口被其他程序占用。请关闭该程序,再重新启动 idcard-web。'],
	release: ['idcard {0}', 'idcard {0}'],
};

let language = 0;

// A full stop or comma of ASCII looks lost behind a Chinese character.
const WIDE = { ',': '\uff0c', ':': '\uff1a', ';': '\uff1b', '!': '\uff01', '?': '\uff1f' };
function typeset(text)
{
	return text.replace(/([\u3001-\u9fff)}])([,:;!?])/g, (_, before, mark) => before + WIDE[mark])
		.replace(/"([^"]*)"/g, '\u201c$1\u201d');
}

/** The page's language: 'en' or 'zh'. */
export function currentLanguage()
{
	return language ? 'zh' : 'en';
}

export function setLanguage(name)
{
	language = name === 'zh' ? 1 : 0;
}

/** A sentence in both languages as the one of the page. Only the sentence is typeset, never what is filled in. */
export function pick(pair, ...values)
{
	const text = language ? typeset(pair[1]) : pair[0];
	return text.replace(/\{(\d)\}/g, (_, n) => values[n]);
}

export function known(key)
{
	return Object.prototype.hasOwnProperty.call(WORDS, key);
}

export function word(key, ...values)
{
	return pick(WORDS[key], ...values);
}

/** The sentence for an error of the service, or of a reader that has only its code. */
export function errorText(error)
{
	const mine = Object.prototype.hasOwnProperty.call(ERRORS, error.code) ? ERRORS[error.code] : null;
	const pair = [error.message || mine?.[0], error.message_zh || mine?.[1] || error.message];
	return pair[1] ? pick(pair) : word('unknown_error', error.code);
}
