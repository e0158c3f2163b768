// SPDX-License-Identifier: GPL-2.0-or-later
// Websites that want to read cards: who waits, who may, who may not.
import { errorText, word } from './words.js';
import { announce, button, el, refill } from './dom.js';

/** The address, with the name of the computer standing out: https://*exam.example*:8443 */
function address(origin)
{
	const parts = /^([a-z]+:\/\/)([^:/]*)(.*)$/.exec(origin);
	return el('bdi', { class: 'origin' }, ...(parts ? [parts[1], el('b', null, parts[2]), parts[3]] : [origin]));
}

export class Sites {
	/** changed(number of those that wait) is called after each look. */
	constructor(section, changed)
	{
		this.section = section;
		this.changed = changed;
		this.origins = [];
		this.asking = '';	// the origin whose "Allow…" was pressed
		this.failure = null;
	}

	async look()
	{
		try {
			const reply = await fetch('/v1/origins');
			if (reply.ok)
				this.take((await reply.json()).origins || []);
		} catch {
			// The line on top says that the service does not answer.
		}
	}

	take(origins)
	{
		const before = this.waiting().length;
		this.origins = origins;
		if (!this.waiting().some(site => site.origin === this.asking))
			this.asking = '';
		if (this.waiting().length > before)
			announce(word('site_asks'));
		this.changed(this.waiting().length);
	}

	waiting()
	{
		return this.origins.filter(site => site.state === 'pending');
	}

	async decide(origin, state)
	{
		this.failure = null;
		try {
			const reply = await fetch('/v1/origins', {
				method: 'POST',
				headers: { 'Content-Type': 'application/json' },
				body: JSON.stringify({ origin, state }),
			});
			const body = await reply.json();
			if (!reply.ok)
				this.failure = () => errorText(body);
			this.take(reply.ok ? body.origins || [] : this.origins);
		} catch {
			this.failure = () => word('entry_failed_send');
			this.show();
		}
	}

	ask(origin)
	{
		this.asking = origin;
		this.show();
		(document.getElementById('site-cancel') || this.section.querySelector('.site-allow'))?.focus();
	}

	named(key, site, onclick, attributes)
	{
		return button(word(key), onclick,
			{ 'aria-label': word('site_what', word(key), site.origin), ...attributes });
	}

	question(site)
	{
		return [
			el('p', { class: 'meaning' }, word('site_meaning')),
			site.origin.startsWith('http:') ? el('p', { class: 'meaning unsafe' }, word('site_unsafe')) : null,
			el('div', { class: 'actions' },
				button(word('site_cancel'), () => this.ask(''), { id: 'site-cancel' }),
				this.named('site_allow_yes', site, () => this.decide(site.origin, 'allowed'),
					{ id: 'site-allow-yes', class: 'danger' })),
		];
	}

	choice(site)
	{
		return [el('div', { class: 'actions' },
			this.named('site_deny', site, () => this.decide(site.origin, 'denied'), { class: 'site-deny' }),
			this.named('site_allow', site, () => this.ask(site.origin), { class: 'site-allow' }))];
	}

	waitingElement(site)
	{
		return el('li', { class: 'site waiting' },
			el('p', null, el('strong', null, word('site_asks')), el('br'), address(site.origin)),
			...this.profiles(site),
			...(this.asking === site.origin ? this.question(site) : this.choice(site)).filter(part => part));
	}

	profiles(site)
	{
		return site.profiles?.length ? [el('p', { class: 'hint' }, word('site_profiles', site.profiles.join(', ')))] : [];
	}

	decidedElement(site)
	{
		const fixed = site.by === 'administrator';
		const state = site.state === 'allowed' ? 'site_allowed' : 'site_denied';
		return el('li', { class: 'site ' + (site.state === 'allowed' ? 'allowed' : 'denied') },
			el('p', null, address(site.origin), ' ', el('span', { class: 'chip' }, word(state)),
				fixed ? el('span', { class: 'hint' }, ' ', word('site_by_administrator')) : null),
			...this.profiles(site),
			fixed ? null : this.named('site_forget', site, () => this.decide(site.origin, 'forgotten'),
				{ class: 'site-forget' }));
	}

	show()
	{
		const decided = this.origins.filter(site => site.state !== 'pending');
		this.section.classList.toggle('waiting', this.waiting().length > 0);
		refill(this.section,
			el('h2', null, word('sites')),
			el('p', { class: 'hint' }, word(this.origins.length ? 'sites_hint' : 'sites_none')),
			this.failure ? el('p', { id: 'site-failure', role: 'alert', class: 'bad' },
				word('site_failed', this.failure())) : null,
			el('ul', { class: 'sites' },
				...this.waiting().map(site => this.waitingElement(site)),
				...decided.map(site => this.decidedElement(site))));
	}
}
