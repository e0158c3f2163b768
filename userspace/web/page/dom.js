// SPDX-License-Identifier: GPL-2.0-or-later
// Making elements, and the clipboard. Text from outside becomes text nodes and attributes, never markup.
import { word } from './words.js';

export const find = id => document.getElementById(id);

/** An element: el('p', { class: 'hint', hidden: false, onclick: … }, 'text', another element, null …) */
export function el(tag, attributes, ...children)
{
	const element = document.createElement(tag);
	for (const [name, value] of Object.entries(attributes || {})) {
		if (name.startsWith('on'))
			element.addEventListener(name.slice(2), value);
		else if (typeof value === 'boolean')
			element.toggleAttribute(name, value);
		else if (value !== undefined)
			element.setAttribute(name, value);
	}
	element.append(...children.filter(child => child !== null && child !== undefined));
	return element;
}

export function button(text, onclick, attributes)
{
	return el('button', { type: 'button', onclick, ...attributes }, text);
}

/** Puts other children into an element; what had the focus has it again, if something has its id. */
export function refill(element, ...children)
{
	const active = element.contains(document.activeElement) ? document.activeElement.id : '';
	element.replaceChildren(...children.filter(child => child));
	if (active)
		find(active)?.focus();
}

/** Sets a text only when it changes: a screen reader says it again each time. */
export function setText(element, text)
{
	if (element.textContent !== text)
		element.textContent = text;
}

/** Says something to those who do not see the page. Never personal data: others may hear it. */
export function announce(text)
{
	setText(find('announce'), text);
}

function copyOld(text)
{
	const area = el('textarea', { readonly: true, class: 'offscreen', 'aria-hidden': 'true' });
	const active = document.activeElement;
	area.value = text;
	document.body.append(area);
	area.select();
	const done = document.execCommand('copy');
	area.value = '';
	area.remove();
	active?.focus();
	return done;
}

async function copyText(text)
{
	try {
		await navigator.clipboard.writeText(text);
		return true;
	} catch {
		return copyOld(text);
	}
}

/** A button that copies a text; what: its name, for those who do not see where it stands. */
export function copyButton(id, what, text, label)
{
	const name = label || word('copy');
	const copier = button(name, async () => {
		const done = await copyText(text);
		copier.textContent = done ? word('copied') : word('copy_failed');
		copier.classList.toggle('done', done);
		announce(done ? word('copied_what', what) : word('copy_failed'));
		setTimeout(() => {
			copier.textContent = name;
			copier.classList.remove('done');
		}, 2000);
	}, { id, class: 'copy', 'aria-label': label ? undefined : word('copy_what', what) });
	return copier;
}
