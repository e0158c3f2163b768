// SPDX-License-Identifier: GPL-2.0-or-later
// libidcard by JNA: name and number of each card, and errors. java -cp /usr/share/java/jna.jar Cards.java

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.util.Map;

public class Cards {
	static final int EPIPE = 32, EMSGSIZE = 90;

	/** Of idcard.h, as far as it is needed. */
	interface Idcard extends Library {
		Idcard LIB = Native.load("libidcard.so.1", Idcard.class, Map.of(Library.OPTION_STRING_ENCODING, "UTF-8"));

		int idcard_client_open(String path, PointerByReference client);
		String idcard_client_open_error(int error);
		Pointer idcard_client_close(Pointer client);
		int idcard_watch(Pointer client, Pointer options);
		int idcard_next(Pointer client, int milliseconds, PointerByReference identity);
		String idcard_client_error_code(Pointer client);
		String idcard_client_error_message(Pointer client, int chinese);
		String idcard_message(String code, int chinese);
		String idcard_identity_get(Pointer identity, String path);
		Pointer idcard_identity_free(Pointer identity);
	}

	/** The first of two fields that the card has: foreigners may have no Chinese name. */
	static String field(Pointer identity, String one, String other) {
		String text = Idcard.LIB.idcard_identity_get(identity, one);
		if (text == null)
			text = Idcard.LIB.idcard_identity_get(identity, other);
		return text == null ? "-" : text;
	}

	/** Until the daemon is gone. */
	static void watch(Pointer client) {
		var identity = new PointerByReference();
		int r = Idcard.LIB.idcard_watch(client, null);

		while (r != -EPIPE && r != -EMSGSIZE) {
			r = Idcard.LIB.idcard_next(client, -1, identity);
			if (r > 0) {
				Pointer who = identity.getValue();
				System.out.println(field(who, "name", "name_latin") + " " + field(who, "id_number", "passport_number"));
				Idcard.LIB.idcard_identity_free(who);
			} else if (Idcard.LIB.idcard_client_error_code(client) != null) {
				// Of the card, the reader, the daemon.
				System.err.println(Idcard.LIB.idcard_client_error_message(client, 0));
			}
		}
	}

	public static void main(String[] args) throws InterruptedException {
		while (true) {
			var client = new PointerByReference();
			int r = Idcard.LIB.idcard_client_open(null, client);

			if (r >= 0) {
				watch(client.getValue());
				Idcard.LIB.idcard_client_close(client.getValue());
			} else {
				String word = Idcard.LIB.idcard_client_open_error(r);
				System.err.println(word == null ? "This is no daemon for this program." : Idcard.LIB.idcard_message(word, 0));
				if (word == null || word.equals("permission-denied"))
					System.exit(1);
			}
			Thread.sleep(1000);
		}
	}
}
