// SPDX-License-Identifier: GPL-2.0-or-later
// What the libraries do that pages for vendors' services are written with: only what matters here.
"use strict";

const service = "127.0.0.1:" + new URLSearchParams(location.search).get("port");

// XMLHttpRequest, synchronous as those pages use it; the text. "" when there is no reply.
function send(method, path) {
	const xhr = new XMLHttpRequest();
	xhr.open(method, "http://" + service + path, false);
	try {
		xhr.send();
	} catch (error) {
		return "";
	}
	return xhr.readyState === 4 && xhr.status === 200 ? xhr.responseText : "";
}

// axios: what parses as JSON comes as an object, whatever its type; what does not, as a string.
async function axios(method, path) {
	const reply = await fetch("http://" + service + path, { method });
	const data = await reply.text();
	try {
		return { status: reply.status, data: JSON.parse(data) };
	} catch (error) {
		return { status: reply.status, data };
	}
}

// $.ajax: without a dataType, the type of the content decides; with "json" a text that does not parse
// is an error, and the handler for that gets the request.
function ajax({ type = "GET", url, dataType, success, error }) {
	return new Promise((done) => {
		const xhr = new XMLHttpRequest();
		xhr.open(type, "http://" + service + url);
		xhr.onload = () => {
			const content = xhr.getResponseHeader("Content-Type") || "";
			const wanted = dataType || (/\bjson\b/.test(content) ? "json" : "text");
			let data = xhr.responseText;
			try {
				data = wanted === "json" ? JSON.parse(data) : data;
			} catch (problem) {
				done(error && error(xhr, "parsererror"));
				return;
			}
			done(success && success(data));
		};
		xhr.onerror = () => done(error && error(xhr, "error"));
		xhr.send();
	});
}

// A script that calls back; undefined when it does not in time.
function jsonp(path, { timeout = 3000 } = {}) {
	return new Promise((done) => {
		const name = "jsonp_" + Math.random().toString().slice(2);
		const script = document.createElement("script");
		const end = (data) => {
			clearTimeout(timer);
			delete window[name];
			script.remove();
			done(data);
		};
		const timer = setTimeout(() => end(undefined), timeout);
		window[name] = end;
		script.onerror = () => end(undefined);
		script.src = "http://" + service + path + (path.includes("?") ? "&" : "?") + "callback=" + name;
		document.body.append(script);
	});
}

// The size of a picture that a reply holds; [0, 0] when it is none.
async function sizeOf(base64) {
	const image = new Image();
	image.src = "data:image/jpeg;base64," + base64;
	try {
		await image.decode();
	} catch (error) {
		return [0, 0];
	}
	return [image.naturalWidth, image.naturalHeight];
}

// A WebSocket, and all that came through it.
function connect() {
	const socket = new WebSocket("ws://" + service);
	return new Promise((done, fail) => {
		socket.onopen = () => done(socket);
		socket.onerror = () => fail(new Error("no connection"));
	});
}
