/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What doctor says: the steps, and everything that can be found at each. */
#ifndef IDCARD_CTL_DOCTOR_WORDS_H
#define IDCARD_CTL_DOCTOR_WORDS_H

#include <stdbool.h>

/* X(name, word, English, Chinese); the words are stable. */
#define DOCTOR_STEPS(X)                                                                            \
	X(BUS, "bus", "Reader on USB", "USB 上的读卡器")                                           \
	X(OTHERS, "others", "Other devices", "其他相关设备")                                       \
	X(RULES, "rules", "Rules of udev", "udev 规则")                                            \
	X(DRIVER, "driver", "Driver of the reader", "读卡器驱动")                                  \
	X(MODULE, "module", "Kernel module", "内核模块")                                           \
	X(FILE, "file", "File of the reader", "读卡器设备文件")                                    \
	X(ACCESS, "access", "Your rights", "当前用户的权限")                                       \
	X(SERVICES, "services", "Services", "系统服务")                                            \
	X(SOCKET, "socket", "Socket of the daemon", "守护进程套接字")                              \
	X(DAEMON, "daemon", "Daemon", "守护进程")                                                  \
	X(READER, "reader", "Reader of the daemon", "守护进程中的读卡器")                          \
	X(SAM, "sam", "Security module", "安全模块")                                               \
	X(DEVICE, "device", "/dev/idcard", "/dev/idcard")                                          \
	X(PORTRAIT, "portrait", "Portraits", "照片解码")                                           \
	X(WEB, "web", "idcard-web", "idcard-web")                                                  \
	X(WEDGE, "wedge", "idcard-wedge", "idcard-wedge")                                          \
	X(COMPAT, "compat", "Vendor libraries", "厂商接口库")                                      \
	X(CARD, "card", "A card, through the socket", "通过套接字读取证件")                        \
	X(CARD_DEVICE, "card-device", "The same, through /dev/idcard",                             \
	  "通过 /dev/idcard 读取同一证件")

enum doctor_result {
	DOCTOR_OK,
	DOCTOR_SKIPPED,
	DOCTOR_WARN,
	DOCTOR_FAIL,
};

/*
 * X(name, step, result, word, English, Chinese, next command). A sentence names at most two things,
 * each %s, in that order where nothing else is said. Likely cause and what to do are in it; the
 * command is what to type next, NULL if there is none.
 */
#define DOCTOR_FINDINGS(X)                                                                         \
	X(BUS_FOUND, BUS, OK, "bus-found", "%s, %s.", "%s,%s。", NULL)                             \
	X(BUS_NAMED, BUS, OK, "bus-named",                                                         \
	  "None with a known id, but the daemon has one that the administrator named.",            \
	  "没有已知型号的读卡器,但守护进程中有管理员指定的读卡器。", NULL)                         \
	X(BUS_OTHERS, BUS, FAIL, "bus-others",                                                     \
	  "None with a known id; see the next step for what is there.",                            \
	  "没有已知型号的读卡器;下一步列出了可能相关的设备。", "lsusb")                            \
	X(BUS_NOTHING, BUS, FAIL, "bus-nothing",                                                   \
	  "None. Look at its lamp; take another cable and another USB socket of the computer, "    \
	  "without a hub.",                                                                        \
	  "没有读卡器。请查看指示灯,更换数据线,并直接插在电脑的另一个 USB 接口上(不经过集线器)。", \
	  "lsusb")                                                                                 \
	X(BUS_INTERFACE, BUS, FAIL, "bus-interface",                                               \
	  "%s (%s) has the id of a reader, but not its interface: it is of another kind, or "      \
	  "still starts. Unplug it, wait two seconds and plug it in.",                             \
	  "%s(%s)的 ID 属于读卡器,但接口不符:可能是其他类型的设备,或仍在启动。请拔下,等待两秒后"   \
	  "重新插入。", "lsusb -v")                                                                \
	X(OTHERS_NONE, OTHERS, OK, "others-none", "Nothing else looks like a reader.",             \
	  "没有其他疑似读卡器的设备。", NULL)                                                      \
	X(OTHERS_BRIDGE, OTHERS, WARN, "others-bridge",                                            \
	  "%s is a USB-serial adapter. If the reader is behind it, it must be named.",             \
	  "%s 是 USB 转串口适配器。如果读卡器接在其后,需要在配置中指定。", "man idcardd.conf")     \
	X(OTHERS_SHARED, OTHERS, WARN, "others-shared",                                            \
	  "%s may be a reader, but other devices have the same id. If it is one, it must be "      \
	  "named.", "%s 可能是读卡器,但其他设备也使用同一 ID。如果是读卡器,需要在配置中指定。",    \
	  "man idcardd.conf")                                                                      \
	X(OTHERS_LOADER, OTHERS, WARN, "others-loader",                                            \
	  "%s is a device that waits for new firmware. If it is the reader: unplug it and plug "   \
	  "it in; if that does not help, it needs service.",                                       \
	  "%s 正在等待写入固件。如果它就是读卡器:请重新插拔;如仍如此,请联系售后。", NULL)          \
	X(OTHERS_UNSUPPORTED, OTHERS, WARN, "others-unsupported",                                  \
	  "%s is known, but not as a reader that can be used: how it is spoken to is not "         \
	  "published.", "%s 是已知设备,但其通信方式未公开,不能作为读卡器使用。", NULL)             \
	X(OTHERS_KEYBOARD, OTHERS, WARN, "others-keyboard",                                        \
	  "%s types what it reads, like a keyboard. It gives entries if it is named.",             \
	  "%s 像键盘一样输入读到的内容。在配置中指定后可用于录入。", "man scanner.conf")           \
	X(OTHERS_NAMED, OTHERS, OK, "others-named", "%s is named by the administrator.",           \
	  "%s 已由管理员指定。", NULL)                                                             \
	X(RULES_GOOD, RULES, OK, "rules-good", "They know the reader.", "规则已识别读卡器。",      \
	  NULL)                                                                                    \
	X(RULES_SKIPPED, RULES, SKIPPED, "rules-skipped", "No reader to know.",                    \
	  "没有需要识别的读卡器。", NULL)                                                          \
	X(RULES_NO_UDEV, RULES, FAIL, "rules-no-udev",                                             \
	  "udev does not run: a reader that is plugged in is not noticed.",                        \
	  "udev 没有运行:无法发现插入的读卡器。", "sudo systemctl start systemd-udevd")            \
	X(RULES_MISSING, RULES, FAIL, "rules-missing",                                             \
	  "The file 70-idcard.rules is not installed.", "未安装规则文件 70-idcard.rules。",        \
	  "sudo make install")                                                                     \
	X(RULES_NOT_APPLIED, RULES, FAIL, "rules-not-applied",                                     \
	  "%s was plugged in before the rules were installed. Unplug it and plug it in.",          \
	  "%s 在安装规则之前已插入。请重新插拔。",                                                 \
	  "sudo udevadm control --reload && sudo udevadm trigger --action=add "                    \
	  "--subsystem-match=usb")                                                                 \
	X(DRIVER_MODULE, DRIVER, OK, "driver-module", "%s: the kernel module idcard has it.",      \
	  "%s:由内核模块 idcard 驱动。", NULL)                                                     \
	X(DRIVER_LIBUSB, DRIVER, OK, "driver-libusb",                                              \
	  "%s: no kernel driver has it, so it is used through libusb.",                            \
	  "%s:没有内核驱动占用,通过 libusb 使用。", NULL)                                          \
	X(DRIVER_HID, DRIVER, OK, "driver-hid", "%s: the HID driver has it, as it must be.",       \
	  "%s:由 HID 驱动,正常。", NULL)                                                           \
	X(DRIVER_FOREIGN, DRIVER, FAIL, "driver-foreign",                                          \
	  "%s: the driver %s holds it, and is not pushed aside.",                                  \
	  "%s:被驱动 %s 占用,本软件不会强行解除。", "lsusb -t")                                    \
	X(DRIVER_SKIPPED, DRIVER, SKIPPED, "driver-skipped", "No reader on USB.",                  \
	  "USB 上没有读卡器。", NULL)                                                              \
	X(MODULE_LOADED, MODULE, OK, "module-loaded", "Loaded.", "已加载。", NULL)                 \
	X(MODULE_ABSENT, MODULE, OK, "module-absent",                                              \
	  "Not installed for this kernel; it need not be, readers are used through libusb.",       \
	  "当前内核未安装该模块;并非必需,读卡器通过 libusb 使用。", NULL)                          \
	X(MODULE_UNUSED, MODULE, OK, "module-unused",                                              \
	  "Installed; loaded when a reader is plugged in.", "已安装;插入读卡器时加载。", NULL)     \
	X(MODULE_REFUSED, MODULE, WARN, "module-refused",                                          \
	  "Installed, but not loaded although a reader is there: Secure Boot refuses modules "     \
	  "without an enrolled signature. The reader is used through libusb, which is enough; "    \
	  "how to enrol the key: man 4 idcard, Secure Boot.",                                      \
	  "已安装,但插入读卡器后未加载:Secure Boot 拒绝未经登记签名的模块。读卡器改由 libusb 使"   \
	  "用,可以不作处理;登记密钥的方法:man 4 idcard,Secure Boot 一节。",                        \
	  "sudo modprobe idcard; sudo dmesg | tail")                                               \
	X(MODULE_NOT_LOADED, MODULE, WARN, "module-not-loaded",                                    \
	  "Installed, but not loaded although a reader is there. The reader is used through "      \
	  "libusb.", "已安装,但插入读卡器后未加载。读卡器改由 libusb 使用。",                      \
	  "sudo modprobe idcard; sudo dmesg | tail")                                               \
	X(FILE_GOOD, FILE, OK, "file-good", "%s belongs to the daemon.", "%s 归守护进程所有。",    \
	  NULL)                                                                                    \
	X(FILE_MISSING, FILE, FAIL, "file-missing",                                                \
	  "The file by which the daemon would reach %s is missing. Unplug it and plug it in.",     \
	  "缺少守护进程访问 %s 所需的设备文件。请重新插拔。",                                      \
	  "sudo udevadm control --reload && sudo udevadm trigger --action=add "                    \
	  "--subsystem-match=usb")                                                                 \
	X(FILE_RIGHTS, FILE, FAIL, "file-rights",                                                  \
	  "%s does not belong to the daemon alone. Unplug the reader and plug it in.",             \
	  "%s 不归守护进程独有。请重新插拔读卡器。",                                               \
	  "sudo udevadm control --reload && sudo udevadm trigger --action=add "                    \
	  "--subsystem-match=usb")                                                                 \
	X(FILE_SKIPPED, FILE, SKIPPED, "file-skipped", "No reader that udev knows.",               \
	  "没有 udev 已识别的读卡器。", NULL)                                                      \
	X(ACCESS_ROOT, ACCESS, OK, "access-root", "You are root.", "当前为 root。", NULL)          \
	X(ACCESS_MEMBER, ACCESS, OK, "access-member", "You are in the group idcard.",              \
	  "当前用户属于 idcard 组。", NULL)                                                        \
	X(ACCESS_SEAT, ACCESS, OK, "access-seat", "You work at the computer's own screen.",        \
	  "当前用户在本机屏幕前登录。", NULL)                                                      \
	X(ACCESS_LET_IN, ACCESS, OK, "access-let-in", "The daemon lets you in.",                   \
	  "守护进程允许当前用户访问。", NULL)                                                      \
	X(ACCESS_LATER, ACCESS, FAIL, "access-later",                                              \
	  "You were added to the group idcard, but this session is older. Log out and in.",        \
	  "已加入 idcard 组,但当前会话早于此更改。请注销后重新登录。", NULL)                       \
	X(ACCESS_NO_GROUP, ACCESS, FAIL, "access-no-group",                                        \
	  "There is no group idcard: the installation is not complete.",                           \
	  "没有 idcard 组:安装不完整。", "sudo systemd-sysusers")                                  \
	X(ACCESS_NONE, ACCESS, FAIL, "access-none",                                                \
	  "You may not use the reader: you are neither in the group idcard nor at the "            \
	  "computer's own screen.",                                                                \
	  "当前用户无权使用读卡器:既不属于 idcard 组,也不在本机屏幕前登录。",                      \
	  "sudo adduser \"$USER\" idcard")                                                         \
	X(SERVICES_GOOD, SERVICES, OK, "services-good",                                            \
	  "idcardd.socket waits; idcardd.service %s, idcard-node.service %s.",                     \
	  "idcardd.socket 正在等待;idcardd.service %s,idcard-node.service %s。", NULL)             \
	X(SERVICES_NO_SYSTEMD, SERVICES, SKIPPED, "services-no-systemd",                           \
	  "systemd does not run here, or does not answer.", "systemd 未运行或没有响应。", NULL)    \
	X(SERVICES_NOT_THERE, SERVICES, FAIL, "services-not-there", "%s is not installed.",        \
	  "未安装 %s。", "sudo make install")                                                      \
	X(SERVICES_MASKED, SERVICES, FAIL, "services-masked",                                      \
	  "%s is masked: the administrator has forbidden it.",                                     \
	  "%s 已被屏蔽(masked):管理员禁止其运行。",                                                \
	  "sudo systemctl unmask idcardd.socket idcardd.service idcard-node.service")              \
	X(SERVICES_SOCKET_OFF, SERVICES, FAIL, "services-socket-off",                              \
	  "%s is off, so nobody waits for programs.", "%s 未启用,程序无法连接。",                  \
	  "sudo systemctl enable --now idcardd.socket")                                            \
	X(SERVICES_SOCKET_LATER, SERVICES, WARN, "services-socket-later",                          \
	  "%s runs, but will be off after the next start of the computer.",                        \
	  "%s 正在运行,但下次开机后不会启动。", "sudo systemctl enable idcardd.socket")            \
	X(SERVICES_DAEMON_FAILED, SERVICES, FAIL, "services-daemon-failed", "%s has failed.",      \
	  "%s 运行失败。", "journalctl -u idcardd -b")                                             \
	X(SERVICES_NODE_FAILED, SERVICES, FAIL, "services-node-failed", "%s has failed.",          \
	  "%s 运行失败。", "journalctl -u idcard-node -b")                                         \
	X(SOCKET_GOOD, SOCKET, OK, "socket-good", "Somebody listens.", "已有进程监听。", NULL)     \
	X(SOCKET_OTHER, SOCKET, WARN, "socket-other",                                              \
	  "Somebody listens; but IDCARD_SOCKET in your environment names another socket than "     \
	  "the usual one.", "已有进程监听;但环境变量 IDCARD_SOCKET 指定了非默认的套接字。",        \
	  "unset IDCARD_SOCKET")                                                                   \
	X(SOCKET_STRANGE, SOCKET, FAIL, "socket-strange",                                          \
	  "What listens there belongs neither to the daemon nor to systemd.",                      \
	  "监听者既不是守护进程也不是 systemd。", "sudo ss -xlp")                                  \
	X(SOCKET_MISSING, SOCKET, FAIL, "socket-missing",                                          \
	  "It is not there: the daemon was never started.", "套接字不存在:守护进程未启动。",       \
	  "sudo systemctl enable --now idcardd.socket")                                            \
	X(SOCKET_DEAD, SOCKET, FAIL, "socket-dead",                                                \
	  "It is there, but nobody listens: the daemon has ended.",                                \
	  "套接字存在,但无人监听:守护进程已退出。", "sudo systemctl restart idcardd.socket")       \
	X(SOCKET_DENIED, SOCKET, FAIL, "socket-denied",                                            \
	  "Its file does not let you in: rights were changed.",                                    \
	  "套接字文件权限不允许访问:权限已被更改。", "sudo systemctl restart idcardd.socket")      \
	X(SOCKET_FAILED, SOCKET, FAIL, "socket-failed", "Connecting failed: %s.", "连接失败:%s。", \
	  "journalctl -u idcardd -b")                                                              \
	X(DAEMON_GOOD, DAEMON, OK, "daemon-good", "idcardd %s answers.", "idcardd %s 正常应答。",  \
	  NULL)                                                                                    \
	X(DAEMON_RELEASE, DAEMON, WARN, "daemon-release",                                          \
	  "idcardd %s answers, but idcardctl is %s: the daemon is still the one of before the "    \
	  "last installation.",                                                                    \
	  "idcardd %s 正常应答,但 idcardctl 为 %s:守护进程仍是上次安装之前的版本。",               \
	  "sudo systemctl restart idcardd")                                                        \
	X(DAEMON_DENIED, DAEMON, FAIL, "daemon-denied",                                            \
	  "It does not let you in; see \"Your rights\".",                                          \
	  "守护进程拒绝访问;参见“当前用户的权限”。", NULL)                                         \
	X(DAEMON_FULL, DAEMON, FAIL, "daemon-full",                                                \
	  "You have too many connections. Close some programs.",                                   \
	  "当前用户的连接过多。请关闭部分程序。", NULL)                                            \
	X(DAEMON_SILENT, DAEMON, FAIL, "daemon-silent", "Somebody listens, but does not greet.",   \
	  "已有进程监听,但没有应答。", "journalctl -u idcardd -b")                                 \
	X(DAEMON_OTHER, DAEMON, FAIL, "daemon-other",                                              \
	  "What answers is not idcardd, or another major version of it. Install the same "         \
	  "release of both.", "应答方不是 idcardd,或主版本不兼容。请安装相同版本。",               \
	  "idcardctl version")                                                                     \
	X(DAEMON_SKIPPED, DAEMON, SKIPPED, "daemon-skipped", "Nobody to ask; see the socket.",     \
	  "无法询问;参见套接字一步。", NULL)                                                       \
	X(READER_GOOD, READER, OK, "reader-good", "%s (%s) is ready.", "%s(%s)就绪。", NULL)       \
	X(READER_STARTING, READER, WARN, "reader-starting",                                        \
	  "%s (%s) is still starting. Ask again in some seconds.",                                 \
	  "%s(%s)正在启动。请几秒后再试。", "idcardctl list")                                      \
	X(READER_FAULTY, READER, FAIL, "reader-faulty", "%s (%s): ", "%s(%s):", NULL)              \
	X(READER_NOT_TAKEN, READER, FAIL, "reader-not-taken",                                      \
	  "The daemon has none, although one is on USB.", "USB 上有读卡器,但守护进程中没有。",     \
	  "sudo systemctl restart idcardd; journalctl -u idcardd -b")                              \
	X(READER_NONE, READER, FAIL, "reader-none", "The daemon has none. Plug one in.",           \
	  "守护进程中没有读卡器。请插入读卡器。", "idcardctl watch")                               \
	X(READER_SKIPPED, READER, SKIPPED, "reader-skipped", "The daemon could not be asked.",     \
	  "无法询问守护进程。", NULL)                                                              \
	X(SAM_KNOWN, SAM, OK, "sam-known", "%s: number %s-...", "%s:编号 %s-…", NULL)              \
	X(SAM_UNKNOWN, SAM, WARN, "sam-unknown",                                                   \
	  "%s did not tell its number. It may be reading a card, or be damaged.",                  \
	  "%s 未报告编号。可能正在读卡,也可能已损坏。", "idcardctl list")                          \
	X(SAM_SKIPPED, SAM, SKIPPED, "sam-skipped", "No reader that is ready.",                    \
	  "没有就绪的读卡器。", NULL)                                                              \
	X(DEVICE_GOOD, DEVICE, OK, "device-good", "It is there and opens.", "存在且可以打开。",    \
	  NULL)                                                                                    \
	X(DEVICE_MISSING, DEVICE, FAIL, "device-missing",                                          \
	  "It is missing: idcard-node does not run. Plugging in a reader starts it.",              \
	  "不存在:idcard-node 未运行。插入读卡器时会启动它。",                                     \
	  "sudo systemctl restart idcard-node; systemctl status idcard-node")                      \
	X(DEVICE_NO_CUSE, DEVICE, FAIL, "device-no-cuse",                                          \
	  "It is missing, and the kernel has no CUSE at the moment, by which it is made.",         \
	  "不存在,且内核当前没有加载所需的 CUSE。",                                                \
	  "sudo modprobe cuse && sudo systemctl restart idcard-node")                              \
	X(DEVICE_ORDINARY, DEVICE, FAIL, "device-ordinary",                                        \
	  "It is an ordinary file, which somebody made by writing to it.",                         \
	  "是一个普通文件,由某个程序误写生成。",                                                   \
	  "sudo rm /dev/idcard && sudo systemctl restart idcard-node")                             \
	X(DEVICE_DENIED, DEVICE, FAIL, "device-denied",                                            \
	  "It does not open for you; see \"Your rights\".",                                        \
	  "当前用户无法打开;参见“当前用户的权限”。", NULL)                                         \
	X(DEVICE_FAILED, DEVICE, FAIL, "device-failed", "It does not open: %s.", "无法打开:%s。",  \
	  "sudo systemctl restart idcard-node; systemctl status idcard-node")                      \
	X(PORTRAIT_GOOD, PORTRAIT, OK, "portrait-good",                                            \
	  "A decoder library is configured, and can be used here.", "已配置解码库,且适用于本机。", \
	  NULL)                                                                                    \
	X(PORTRAIT_OFF, PORTRAIT, SKIPPED, "portrait-off",                                         \
	  "No decoder library is configured: everything but the picture is read.",                 \
	  "未配置解码库:除照片外均可读取。", NULL)                                                 \
	X(PORTRAIT_SECRET, PORTRAIT, SKIPPED, "portrait-secret",                                   \
	  "Only the administrator may look at its configuration.", "只有管理员可以查看其配置。",   \
	  "sudo idcardctl doctor")                                                                 \
	X(PORTRAIT_WRONG, PORTRAIT, FAIL, "portrait-wrong",                                        \
	  "The configuration is wrong, or its rights are.", "配置有误,或其权限不对。",             \
	  "sudo idcard-portrait --test")                                                           \
	X(PORTRAIT_UNUSABLE, PORTRAIT, FAIL, "portrait-unusable",                                  \
	  "The decoder library is missing, or cannot be used on this computer.",                   \
	  "解码库不存在,或不适用于本机。", "sudo idcard-portrait --test")                          \
	X(WEB_OFF, WEB, SKIPPED, "web-off", "Off.", "未启用。", NULL)                              \
	X(WEB_GOOD, WEB, OK, "web-good", "It answers.", "正常应答。", NULL)                        \
	X(WEB_FAILED, WEB, FAIL, "web-failed", "It is on and does not answer.",                    \
	  "已启用,但没有应答。", "systemctl status idcard-web; journalctl -u idcard-web -b")       \
	X(WEB_OTHER, WEB, FAIL, "web-other", "Another program holds its port, %s.",                \
	  "其端口 %s 被其他程序占用。", "sudo ss -ltnp")                                           \
	X(WEDGE_OFF, WEDGE, SKIPPED, "wedge-off", "Off.", "未启用。", NULL)                        \
	X(WEDGE_GOOD, WEDGE, OK, "wedge-good", "It runs.", "正在运行。", NULL)                     \
	X(WEDGE_FAILED, WEDGE, FAIL, "wedge-failed", "It is on and does not run.",                 \
	  "已启用,但没有运行。", "systemctl status idcard-wedge; journalctl -u idcard-wedge -b")   \
	X(WEDGE_NO_UINPUT, WEDGE, FAIL, "wedge-no-uinput",                                         \
	  "The kernel has no /dev/uinput, by which it types.",                                     \
	  "内核没有其输入所需的 /dev/uinput。",                                                    \
	  "sudo modprobe uinput && sudo systemctl restart idcard-wedge")                           \
	X(COMPAT_GOOD, COMPAT, OK, "compat-good", "%s of them are installed.", "已安装 %s 个。",   \
	  NULL)                                                                                    \
	X(COMPAT_ABSENT, COMPAT, SKIPPED, "compat-absent", "Not installed.", "未安装。", NULL)     \
	X(COMPAT_PARTS, COMPAT, WARN, "compat-parts",                                              \
	  "%s of them are missing. Install idcard again.", "缺少 %s 个。请重新安装 idcard。",      \
	  "idcardctl compat list")                                                                 \
	X(CARD_GOOD, CARD, OK, "card-good",                                                        \
	  "A line of %s bytes came, %s s after the card was placed.",                              \
	  "放置证件 %2$s 秒后收到一行,共 %1$s 字节。", NULL)                                       \
	X(CARD_NONE, CARD, FAIL, "card-none",                                                      \
	  "No card was placed within %s s. Lift one that lies there and place it again.",          \
	  "%s 秒内未放置证件。如证件已在读卡器上,请拿起后重新放置。", "idcardctl doctor")          \
	X(CARD_ERROR, CARD, FAIL, "card-error", "", "", NULL)                                      \
	X(CARD_LOST, CARD, FAIL, "card-lost", "The daemon ended the connection.",                  \
	  "守护进程断开了连接。", "journalctl -u idcardd -b")                                      \
	X(CARD_SKIPPED, CARD, SKIPPED, "card-skipped",                                             \
	  "Nothing to try as long as a step before it fails.", "前面的步骤未通过,暂不测试。",      \
	  NULL)                                                                                    \
	X(CARD_UNWANTED, CARD, SKIPPED, "card-unwanted", "Not asked for (--no-card).",             \
	  "未要求测试(--no-card)。", NULL)                                                         \
	X(CARD_DEVICE_GOOD, CARD_DEVICE, OK, "card-device-good",                                   \
	  "The same line came, of %s bytes, %s s after the card was placed.",                      \
	  "放置证件 %2$s 秒后收到同一行,共 %1$s 字节。", NULL)                                     \
	X(CARD_DEVICE_NONE, CARD_DEVICE, FAIL, "card-device-none", "The line did not come there.", \
	  "未收到该行。", "journalctl -u idcard-node -b")                                          \
	X(CARD_DEVICE_OTHER, CARD_DEVICE, FAIL, "card-device-other", "Another line came there.",   \
	  "收到的是另一行。", "journalctl -u idcard-node -b")                                      \
	X(CARD_DEVICE_SKIPPED, CARD_DEVICE, SKIPPED, "card-device-skipped",                        \
	  "It is not open, or there was no line to compare with.",                                 \
	  "设备未能打开,或没有可比较的行。", NULL)

enum doctor_which {
#define X(name, word, en, zh) DOCTOR_STEP_##name,
	DOCTOR_STEPS(X)
#undef X
};

enum doctor_finding {
#define X(name, step, result, word, en, zh, next) FOUND_##name,
	DOCTOR_FINDINGS(X)
#undef X
	_FOUND_MAX,
};

enum doctor_which doctor_which(enum doctor_finding f);
enum doctor_result doctor_result(enum doctor_finding f);
const char *doctor_word(enum doctor_finding f);
const char *doctor_sentence(enum doctor_finding f, bool chinese);
const char *doctor_next(enum doctor_finding f);

const char *doctor_step_word(enum doctor_which w);
const char *doctor_step_title(enum doctor_which w, bool chinese);
const char *doctor_result_word(enum doctor_result r);		/* "ok", "skipped", "warn", "fail" */
const char *doctor_result_title(enum doctor_result r, bool chinese);

#endif
