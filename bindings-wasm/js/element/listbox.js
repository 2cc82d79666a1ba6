/** The combobox of the ARIA Authoring Practices: the focus stays in the field, `aria-activedescendant` names the active option. */

import { h } from "./dom.js";

export class Listbox {
  #input;
  #list;
  #popup;
  #chosen;
  #entered;
  #cleared;
  #options = [];
  #active = -1;

  /** Calls `chosen(value)` for an option, `entered()` for the text alone, and `cleared()` to empty the field. */
  constructor({ input, list, popup, chosen, entered, cleared }) {
    this.#input = input;
    this.#list = list;
    this.#popup = popup;
    this.#chosen = chosen;
    this.#entered = entered;
    this.#cleared = cleared;
    input.addEventListener("keydown", (event) => this.#key(event));
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const at = this.#options.findIndex(({ node }) => node.contains(event.target));
      if (at >= 0) this.#chosen(this.#options[at].value);
    });
  }

  get isOpen() {
    return !this.#popup.hidden;
  }

  /** Shows groups of options: `[{ label, options: [{ key, node, value }] }]`. The active option stays active. */
  show(groups) {
    const active = this.#options[this.#active]?.key;
    this.#options = groups.flatMap(({ options }) => options);
    this.#options.forEach(({ node }, at) => {
      node.id = `option-${at}`;
      node.setAttribute("aria-selected", "false");
    });
    this.#list.replaceChildren(
      ...groups.map(({ label, options }, at) =>
        h(
          "div",
          { role: "group", "aria-labelledby": `group-${at}`, part: "group" },
          h("div", { id: `group-${at}`, part: "group-label", role: "presentation" }, label),
          options.map(({ node }) => node),
        ),
      ),
    );
    this.#active = -1;
    this.#activate(this.#options.findIndex(({ key }) => key === active));
  }

  open() {
    this.#popup.hidden = false;
    this.#input.setAttribute("aria-expanded", "true");
  }

  close() {
    this.#popup.hidden = true;
    this.#input.setAttribute("aria-expanded", "false");
    this.#activate(-1);
  }

  activateWhere(test) {
    this.#activate(this.#options.findIndex(({ value }) => test(value)));
  }

  #activate(at) {
    this.#options[this.#active]?.node.setAttribute("aria-selected", "false");
    this.#active = at;
    const node = this.#options[at]?.node;
    if (!node) {
      this.#input.removeAttribute("aria-activedescendant");
      return;
    }
    node.setAttribute("aria-selected", "true");
    this.#input.setAttribute("aria-activedescendant", node.id);
    node.scrollIntoView({ block: "nearest" });
  }

  #move(step) {
    const places = this.#options.length + 1;
    // The field counts as a position between the last option and the first.
    const at = (this.#active + 1 + step + places) % places;
    this.#activate(at - 1);
  }

  #key(event) {
    // During composition the keys belong to the input method.
    if (event.isComposing || event.ctrlKey || event.metaKey) return;
    const act = this.#acts[event.key];
    if (act?.(event)) event.preventDefault();
  }

  /** The action of each key; true prevents the browser's own. */
  #acts = {
    ArrowDown: ({ altKey }) => {
      if (!this.#input.value.trim()) return false;
      this.open();
      if (!altKey) this.#move(1);
      return true;
    },
    ArrowUp: ({ altKey }) => {
      if (!this.isOpen) return false;
      if (altKey) this.close();
      else this.#move(-1);
      return true;
    },
    Home: () => this.#activate(-1),
    End: () => this.#activate(-1),
    Enter: () => {
      const option = this.#options[this.#active];
      if (option && this.isOpen) this.#chosen(option.value);
      else if (this.#input.value.trim()) this.#entered();
      return true;
    },
    Escape: () => {
      if (this.isOpen) this.close();
      else if (this.#input.value) this.#cleared();
      else return false;
      return true;
    },
  };
}
