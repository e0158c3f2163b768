// SPDX-License-Identifier: GPL-2.0-or-later
// The local web service: name and number of each card, and errors. java -cp /usr/share/java/gson.jar Cards.java

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;

public class Cards {
	static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	/** The first of two fields that the card has: foreigners may have no Chinese name. */
	static String field(JsonObject event, String one, String other) {
		String key = event.has(one) ? one : other;
		return event.has(key) ? event.get(key).getAsString() : "-";
	}

	static void show(JsonObject event) {
		switch (event.get("class").getAsString()) {
		case "ERROR" -> System.err.println(event.get("message").getAsString());
		case "IDENTITY" -> System.out.println(
				field(event, "name", "name_latin") + " " + field(event, "id_number", "passport_number"));
		default -> { }
		}
	}

	/** Until the service ends. Each "data:" is one object. */
	static void watch(String service) throws IOException, InterruptedException {
		var request = HttpRequest.newBuilder(URI.create(service + "/v1/events")).build();
		CLIENT.send(request, BodyHandlers.ofLines()).body().filter(line -> line.startsWith("data: "))
				.forEach(line -> show(JsonParser.parseString(line.substring(6)).getAsJsonObject()));
	}

	public static void main(String[] args) throws InterruptedException {
		String service = args.length > 0 ? args[0] : "http://127.0.0.1:17825";
		while (true) {
			try {
				watch(service);
			} catch (IOException | UncheckedIOException e) {
				System.err.println("idcard-web does not answer: " + e);
			}
			Thread.sleep(1000);
		}
	}
}
