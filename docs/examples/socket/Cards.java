// SPDX-License-Identifier: GPL-2.0-or-later
// The daemon's socket: name and number of each card, and errors; Java 16 or newer.
// java -cp /usr/share/java/gson.jar Cards.java

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

public class Cards {
	/** The first of two fields that the card has: foreigners may have no Chinese name. */
	static String field(JsonObject event, String one, String other) {
		String key = event.has(one) ? one : other;
		return event.has(key) ? event.get(key).getAsString() : "-";
	}

	/** Classes and fields that are not known are ignored: newer daemons may send more. */
	static void show(JsonObject event) {
		switch (event.get("class").getAsString()) {
		case "ERROR" -> System.err.println(event.get("message").getAsString());
		case "IDENTITY" -> System.out.println(
				field(event, "name", "name_latin") + " " + field(event, "id_number", "passport_number"));
		default -> { }
		}
	}

	/** Until the daemon is gone. */
	static void watch(String path) throws IOException {
		try (var daemon = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
			daemon.write(ByteBuffer.wrap("{\"class\":\"WATCH\"}\n".getBytes(StandardCharsets.UTF_8)));
			var lines = new BufferedReader(Channels.newReader(daemon, StandardCharsets.UTF_8));
			for (String line; (line = lines.readLine()) != null;)
				show(JsonParser.parseString(line).getAsJsonObject());
		}
	}

	public static void main(String[] args) throws InterruptedException {
		String path = System.getenv().getOrDefault("IDCARD_SOCKET", "/run/idcard/socket");
		while (true) {
			try {
				watch(path);
			} catch (IOException e) {
				System.err.println(path + ": " + e.getMessage() + "; trying again");
			}
			Thread.sleep(1000);
		}
	}
}
