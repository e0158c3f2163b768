// SPDX-License-Identifier: GPL-2.0-or-later
// /dev/idcard: name and number of each card. java -cp /usr/share/java/gson.jar Cards.java

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

public class Cards {
	/** The first of two fields that the card has: foreigners may have no Chinese name. */
	static String field(JsonObject card, String one, String other) {
		String key = card.has(one) ? one : other;
		return card.has(key) ? card.get(key).getAsString() : "-";
	}

	static void show(JsonObject card) {
		System.out.println(field(card, "name", "name_latin") + " " + field(card, "id_number", "passport_number"));
	}

	/** Until it ends, which it does not when the reader is unplugged or the daemon starts anew. */
	static void watch(Path node) throws IOException {
		try (var lines = Files.newBufferedReader(node)) {
			for (String line; (line = lines.readLine()) != null;)
				show(JsonParser.parseString(line).getAsJsonObject());
		}
	}

	public static void main(String[] args) throws InterruptedException {
		Path node = Path.of(args.length > 0 ? args[0] : "/dev/idcard");
		while (true) {
			try {
				watch(node);
			} catch (NoSuchFileException | AccessDeniedException e) {
				System.err.println(e + ". Plug in the reader, and look at: idcardctl doctor");
				System.exit(1);
			} catch (IOException e) {
				// Open it again.
			}
			Thread.sleep(1000);
		}
	}
}
