// SPDX-License-Identifier: GPL-2.0-or-later
// libsdtapi.so by JNA: name and number of each card; see idcard-compat(7). java -cp /usr/share/java/jna.jar Cards.java

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.ptr.IntByReference;
import java.nio.charset.StandardCharsets;

public class Cards {
	static final int PORT = 1001, FOUND = 0x9f, GOOD = 0x90;

	/** Of sdtapi.h, as far as it is needed. */
	interface Sdt extends Library {
		Sdt LIB = Native.load("libsdtapi.so", Sdt.class);

		int SDT_OpenPort(int port);
		int SDT_StartFindIDCard(int port, byte[] id, int open);
		int SDT_SelectIDCard(int port, byte[] id, int open);
		int SDT_ReadBaseMsg(int port, byte[] text, IntByReference textSize, byte[] photo, IntByReference photoSize, int open);
	}

	/** UTF-16LE, filled up with blanks. */
	static String field(byte[] text, int start, int size) {
		return new String(text, start, size, StandardCharsets.UTF_16LE).stripTrailing();
	}

	static void readCard() {
		byte[] text = new byte[256], photo = new byte[1024];
		int r = Sdt.LIB.SDT_SelectIDCard(PORT, new byte[8], 0);

		if (r == GOOD)
			r = Sdt.LIB.SDT_ReadBaseMsg(PORT, text, new IntByReference(), photo, new IntByReference(), 0);
		if (r != GOOD)
			System.err.printf("The card was not read: 0x%02x. Place it again.%n", r);
		else if (text[248] == 'I')	// has its fields at other places: docs/protocol.md, "The text block"
			System.err.println("This is a foreigner's card of 2017.");
		else
			System.out.println(field(text, 0, 30) + " " + field(text, 122, 36));
	}

	public static void main(String[] args) throws InterruptedException {
		int r = Sdt.LIB.SDT_OpenPort(PORT);
		if (r != GOOD) {
			System.err.printf("No reader: 0x%02x. Plug it in, and look at: idcardctl doctor%n", r);
			System.exit(1);
		}
		while (true) {
			// Each card is found once. 0x80: there is none.
			if (Sdt.LIB.SDT_StartFindIDCard(PORT, new byte[4], 0) == FOUND)
				readCard();
			else
				Thread.sleep(200);
		}
	}
}
