/** The style sheet, constructed once for all elements of a page, so that `style-src 'self'` suffices. */

const CSS = `
/* Private names have an underscore, since the values of --ken-* may use names of the page. */
:host {
  --_text: var(--ken-text, light-dark(#1b1f24, #eceef1));
  --_muted: var(--ken-muted, light-dark(#59626d, #a3acb8));
  --_accent: var(--ken-accent, light-dark(#1f5fd0, #8fb8ff));
  --_on-accent: var(--ken-on-accent, light-dark(#fff, #0d1a33));
  --_surface: var(--ken-surface, light-dark(#fff, #1b1e23));
  --_border: var(--ken-border, light-dark(#dde1e6, #363b43));
  --_control: var(--ken-control-border, light-dark(#858e99, #77808c));
  --_tint: color-mix(in oklab, var(--_accent) 8%, var(--_surface));
  --_mark: var(--ken-mark, light-dark(#fff0b8, #57491a));
  --_mild: light-dark(#7a4d00, #f0c168);
  --_grave: light-dark(#a8281e, #ff9d92);
  --_radius: var(--ken-radius, 12px);
  --_shadow: var(--ken-shadow, 0 1px 2px rgb(15 23 42 / .06), 0 12px 32px rgb(15 23 42 / .14));
  display: block;
  position: relative;
  color: var(--_text);
  font-family: var(--ken-font, inherit);
  font-size: var(--ken-size, 1rem);
  font-weight: 400;
  line-height: 1.55;
  letter-spacing: normal;
  text-align: start;
}
:host([hidden]), [hidden] { display: none !important; }
*, ::before, ::after { box-sizing: border-box; }
h2, h3, h4, p, ul { margin: 0; padding: 0; }
ul { list-style: none; }
button, input, textarea { font: inherit; color: inherit; letter-spacing: inherit; }
button { background: none; border: 0; padding: 0; text-align: start; cursor: pointer; }
:focus-visible { outline: 2px solid var(--_accent); outline-offset: 2px; }
[tabindex="-1"]:focus { outline: none; }
.root { overflow-wrap: anywhere; scroll-margin-block: 12px; }
.unseen { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.icon { flex: none; inline-size: 1.25em; block-size: 1.25em; fill: none; stroke: currentColor; stroke-width: 1.75; stroke-linecap: round; stroke-linejoin: round; }
[dir=rtl] :is(.icon-back, .icon-open) { transform: scaleX(-1); }

.search { position: relative; }
.field { display: flex; align-items: center; gap: 10px; min-block-size: 52px; padding-inline: 16px 8px; background: var(--_surface); border: 1px solid var(--_control); border-radius: var(--_radius); position: relative; overflow: hidden; }
.field > .icon { color: var(--_muted); }
.field:focus-within { border-color: var(--_accent); outline: 3px solid color-mix(in srgb, var(--_accent) 28%, transparent); }
input:focus-visible { outline: none; }
input { flex: 1; min-inline-size: 0; padding: 12px 0; border: 0; background: none; font-size: 1.0625em; }
::placeholder { color: var(--_muted); opacity: 1; }
.clear { display: grid; place-items: center; inline-size: 36px; block-size: 36px; border-radius: 50%; color: var(--_muted); }
.clear:hover { background: var(--_tint); color: var(--_text); }
.field::after { content: ""; position: absolute; inset: auto 0 0; block-size: 2px; background: linear-gradient(90deg, transparent, var(--_accent), transparent) 0 / 40% 100% no-repeat; opacity: 0; }
.field.busy::after { opacity: 1; }

.popup { position: absolute; inset: calc(100% + 8px) 0 auto; z-index: 10; background: var(--_surface); border: 1px solid var(--_border); border-radius: var(--_radius); box-shadow: var(--_shadow); overflow: hidden; }
.list { max-block-size: min(30rem, 62vh); overflow-y: auto; overscroll-behavior: contain; padding: 6px; }
.group + .group { margin-block-start: 6px; padding-block-start: 6px; border-block-start: 1px solid var(--_border); }
.group-label { padding: 6px 10px 4px; color: var(--_muted); font-size: .8125em; font-weight: 600; }
.option { padding: 9px 10px; border-radius: calc(var(--_radius) - 5px); cursor: pointer; position: relative; }
.option:is(.word, .contact) { display: flex; align-items: center; gap: 10px; padding-block: 6px; }
.option.contact { color: var(--_accent); font-weight: 550; padding-block: 8px; }
.option .icon { color: var(--_muted); inline-size: 1.1em; block-size: 1.1em; }
.option.contact .icon { color: inherit; }
.option b { font-weight: 650; }
.option:hover { background: color-mix(in oklab, var(--_text) 5%, var(--_surface)); }
.option[aria-selected=true] { background: var(--_tint); }
.option[aria-selected=true]::before { content: ""; position: absolute; inset-block: 9px; inset-inline-start: 0; inline-size: 3px; border-radius: 3px; background: var(--_accent); }
[dir=rtl] .option[aria-selected=true]::before { left: auto; right: 0; }
.row { display: flex; flex-wrap: wrap; align-items: baseline; gap: 2px 10px; }
.result-title { font-weight: 600; }
.snippet { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; overflow: hidden; color: var(--_muted); font-size: .9375em; line-height: 1.5; }
mark { background: var(--_mark); color: var(--_text); border-radius: 3px; padding-inline: 1px; }
.badge { display: inline-flex; align-items: center; gap: 6px; color: var(--_mild); font-size: .8125em; font-weight: 550; white-space: nowrap; }
.badge::before { content: ""; inline-size: 7px; block-size: 7px; border-radius: 50%; border: 2px solid; }
.badge.grave { color: var(--_grave); }
.badge.grave::before { background: currentColor; }
.empty { padding: 16px 16px 8px; font-weight: 600; }
.hint { color: var(--_muted); font-weight: 400; font-size: .9375em; }
.hints { display: flex; flex-wrap: wrap; gap: 4px 18px; padding: 8px 16px; border-block-start: 1px solid var(--_border); color: var(--_muted); font-size: .8125em; }
kbd { display: inline-block; min-inline-size: 22px; margin-inline-end: 5px; padding: 0 5px; border: 1px solid var(--_border); border-radius: 5px; font: inherit; line-height: 20px; text-align: center; }
@media (pointer: coarse), (width < 30rem) { .hints { display: none; } }

.alert:not(:empty) { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 10px; margin-block-start: 10px; padding: 10px 14px; border: 1px solid var(--_border); border-radius: var(--_radius); background: var(--_surface); }
.alert .icon { color: var(--_grave); }
.retry { margin-inline-start: auto; min-block-size: 28px; color: var(--_accent); font-weight: 600; }

.card { margin-block-start: 14px; padding: clamp(16px, 5%, 36px); padding-block-start: clamp(12px, 3%, 22px); background: var(--_surface); border: 1px solid var(--_border); border-radius: calc(var(--_radius) + 4px); }
.back { display: inline-flex; align-items: center; gap: 6px; min-block-size: 32px; margin-inline-start: -3px; color: var(--_muted); font-size: .9375em; }
.back:hover, .link:hover { color: var(--_accent); text-decoration: underline; text-underline-offset: 3px; }
.title { margin-block-start: 10px; font-size: 1.5em; font-weight: 680; line-height: 1.25; letter-spacing: -.012em; text-wrap: balance; }
.meta { display: flex; flex-wrap: wrap; gap: 2px 16px; margin-block-start: 8px; color: var(--_muted); font-size: .875em; }
.meta .badge { font-size: 1em; }
.notice { display: flex; gap: 10px; margin-block-start: 16px; padding: 10px 14px; border-radius: calc(var(--_radius) - 4px); background: color-mix(in oklab, var(--_mild) 10%, var(--_surface)); }
.notice .icon { color: var(--_mild); margin-block-start: 2px; }
.body { margin-block-start: 20px; max-inline-size: 42em; line-height: 1.65; }
.body :is(h3, h4, h5) { margin-block: 1.6em .4em; font-size: 1.0625em; font-weight: 650; line-height: 1.35; }
.body :is(p, ul, ol, pre, table, blockquote) { margin-block: .7em; }
.body :is(ul, ol) { padding-inline-start: 1.5em; }
.body ul { list-style: disc; }
.body li { margin-block: .35em; padding-inline-start: .2em; }
.body li::marker { color: var(--_muted); font-variant-numeric: tabular-nums; }
.body a { color: var(--_accent); text-underline-offset: 3px; }
.body img { max-inline-size: min(100%, 32rem); block-size: auto; }
.body :is(code, pre) { font-family: ui-monospace, SFMono-Regular, Consolas, monospace; font-size: .9em; background: color-mix(in oklab, var(--_text) 6%, var(--_surface)); border-radius: 4px; padding: .1em .3em; }
.body pre { padding: 12px 14px; white-space: pre-wrap; }
.body pre code { background: none; padding: 0; }
.body blockquote { margin-inline: 0; padding-inline-start: 14px; border-inline-start: 3px solid var(--_border); color: var(--_muted); }
.body table { border-collapse: collapse; inline-size: 100%; font-size: .9375em; }
.body :is(th, td) { padding: 7px 10px 7px 0; border-block-end: 1px solid var(--_border); text-align: start; vertical-align: top; }
.related, .suggestions:not(:empty) { margin-block-start: 28px; }
:is(.related, .suggestions) h3 { margin-block-end: 6px; color: var(--_muted); font-size: .875em; font-weight: 600; }
.link { min-block-size: 30px; color: var(--_accent); }
.feedback { display: flex; flex-wrap: wrap; align-items: center; gap: 10px 18px; margin-block-start: 28px; padding-block-start: 20px; border-block-start: 1px solid var(--_border); }
.feedback p { font-weight: 600; }
.answer { display: flex; align-items: center; gap: 8px; }
.answer .icon { color: light-dark(#1a7f4b, #6fd3a0); }
.actions { display: flex; flex-wrap: wrap; gap: 8px; }
.button, .next { display: inline-flex; align-items: center; justify-content: center; gap: 8px; min-block-size: 40px; min-inline-size: 64px; padding: 6px 16px; border: 1px solid var(--_control); border-radius: calc(var(--_radius) - 3px); font-weight: 550; }
.button:hover { background: var(--_tint); border-color: var(--_accent); }
.next { background: var(--_accent); border-color: transparent; color: var(--_on-accent); }
.next:hover { background: color-mix(in oklab, var(--_accent) 88%, var(--_text)); }
.next[aria-disabled] { opacity: .65; cursor: default; }

label { display: block; margin-block-start: 18px; font-weight: 600; }
textarea { display: block; inline-size: 100%; min-block-size: 8.5em; margin-block-start: 10px; padding: 12px 14px; border: 1px solid var(--_control); border-radius: calc(var(--_radius) - 2px); background: none; resize: vertical; }
textarea:focus { border-color: var(--_accent); outline: 3px solid color-mix(in srgb, var(--_accent) 28%, transparent); outline-offset: 0; }
textarea[aria-invalid] { border-color: var(--_grave); }
.error:not(:empty) { margin-block-start: 8px; color: var(--_grave); font-weight: 550; }
.suggestions:not(:empty) { margin-block-start: 18px; }
.suggestion { display: block; inline-size: 100%; padding: 10px 14px; border: 1px solid var(--_border); border-radius: calc(var(--_radius) - 3px); }
.suggestion .snippet { -webkit-line-clamp: 1; }
li + li .suggestion { margin-block-start: 6px; }
.suggestion:hover { border-color: var(--_accent); background: var(--_tint); }
.attached:not(:empty) { margin-block-start: 18px; color: var(--_muted); font-size: .9375em; }
.attached ul { list-style: disc; padding-inline-start: 1.4em; color: var(--_text); }
form > .actions { margin-block-start: 18px; }
::slotted([slot=contact]) { margin-block-start: 16px; }
.sent p { margin-block-start: 6px; color: var(--_muted); }
.sent .actions { margin-block-start: 18px; }

@media (prefers-reduced-motion: no-preference) {
  .option, .button, .next, .clear, .suggestion, .field { transition: background-color .12s, border-color .12s, color .12s; }
  .popup, .card { animation: come .14s ease-out; }
  .field.busy::after { animation: pass 1s linear infinite; }
  @keyframes come { from { opacity: 0; translate: 0 -4px; } }
  @keyframes pass { from { background-position: -60% 0; } to { background-position: 160% 0; } }
}
@media (forced-colors: active) {
  .option[aria-selected=true]::before { display: none; }
  .option[aria-selected=true] { outline: 2px solid Highlight; outline-offset: -2px; }
  .field:focus-within, textarea:focus { outline: 3px solid Highlight; }
  .next { border-color: ButtonBorder; }
  .badge::before { forced-color-adjust: none; }
}
`;

let made;

/** Returns the sheet. It is made by the first call, since a server has no sheets. */
export function sheet() {
  if (!made) {
    made = new CSSStyleSheet();
    made.replaceSync(CSS);
  }
  return made;
}
