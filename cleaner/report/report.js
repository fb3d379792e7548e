"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const one = (selector, root = document) => root.querySelector(selector);
  const make = (tag, properties) => Object.assign(document.createElement(tag), properties);
  for (const part of all(".needs-script")) part.hidden = false;

  // Long lists of documents are closed but for the first; without a script all of them stay open.
  for (const list of all("[data-list]"))
    all(".item", list).forEach((item, index) => { item.open = index === 0; });

  // Tables sort by a click on a heading.
  const order = new Intl.Collator(undefined, { numeric: true });
  const value = (row, column) => {
    const cell = row.cells[column];
    return cell.dataset.value === undefined ? cell.textContent.trim() : Number(cell.dataset.value);
  };
  const compare = (x, y) => (typeof x === "number" && typeof y === "number" ? x - y : order.compare(x, y));
  for (const table of all("table[data-sort]")) {
    all("thead th", table).forEach((head, column) => {
      const button = make("button", { type: "button" });
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const numeric = head.classList.contains("n");
        const was = head.getAttribute("aria-sort");
        const now = was ? (was === "ascending" ? "descending" : "ascending") : numeric ? "descending" : "ascending";
        all("th", table.tHead).forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", now);
        const sign = now === "ascending" ? 1 : -1;
        const rows = [...table.tBodies[0].rows];
        rows.sort((x, y) => sign * compare(value(x, column), value(y, column)));
        table.tBodies[0].append(...rows);
        shorten(table);
      });
    });
  }

  // Of a long table the first rows are shown, until one asks for more or searches.
  const state = { words: [], rule: "" };
  const shorten = (table) => {
    const most = Number(table.dataset.most);
    if (!most) return;
    const searching = state.words.length > 0;
    [...table.tBodies[0].rows].forEach((row, index) => {
      row.hidden = row.dataset.miss === "1" || (!searching && !table.dataset.whole && index >= most);
    });
    const button = table.parentElement.nextElementSibling;
    if (button?.classList.contains("more")) button.hidden = searching || Boolean(table.dataset.whole);
  };
  for (const table of all("table[data-most]")) {
    const rows = table.tBodies[0].rows.length;
    if (rows <= Number(table.dataset.most) + 3) { delete table.dataset.most; continue; }
    const button = make("button", { type: "button", className: "more", textContent: `Show all ${rows.toLocaleString("en")} rows` });
    button.addEventListener("click", () => {
      const first = table.tBodies[0].rows[Number(table.dataset.most)];
      table.dataset.whole = "1";
      shorten(table);
      first.tabIndex = -1;
      first.focus({ preventScroll: true });
    });
    table.parentElement.after(button);
    shorten(table);
  }

  // What scrolls sideways can be reached by keyboard, and says what it is.
  const reach = () => {
    for (const box of all(".scroll")) {
      const over = box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1;
      for (const [name, set] of [["tabindex", "0"], ["role", "region"], ["aria-label", box.dataset.label ?? one("caption", box)?.textContent ?? "Table"]])
        if (over) box.setAttribute(name, set); else box.removeAttribute(name);
    }
  };
  reach();
  addEventListener("resize", reach);

  // One search over everything that is an item, and a choice of rule for the documents.
  const items = all("[data-item]").map((element) => ({ element, text: null }));
  const search = one("#search"), rule = one("#rule"), found = one("#found");
  const filter = () => {
    state.words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    state.rule = rule ? rule.value : "";
    let count = 0;
    for (const item of items) {
      item.text ??= item.element.textContent.toLowerCase();
      const codes = item.element.dataset.codes;
      const shown = state.words.every((word) => item.text.includes(word)) &&
        (!state.rule || codes === undefined || codes.split(" ").includes(state.rule));
      item.element.dataset.miss = shown ? "" : "1";
      item.element.hidden = !shown;
      count += shown;
    }
    all("table[data-most]").forEach(shorten);
    for (const none of all(".none")) {
      const scope = none.closest("[data-scope]");
      none.hidden = !one("[data-item]", scope) || all("[data-item]", scope).some((e) => e.dataset.miss !== "1");
    }
    if (state.rule) {
      const first = one(".item[data-codes]:not([hidden])");
      if (first) first.open = true;
    }
    found.textContent = state.words.length ? `${count.toLocaleString("en")} found` : "";
  };
  const write = () => {
    const query = new URLSearchParams();
    if (search.value) query.set("q", search.value);
    if (rule?.value) query.set("rule", rule.value);
    history.replaceState(null, "", `#${String(query) && `?${query}`}`);
  };
  const read = () => {
    const hash = location.hash;
    if (hash.startsWith("#?")) {
      const query = new URLSearchParams(hash.slice(2));
      search.value = query.get("q") ?? "";
      if (rule) rule.value = query.get("rule") ?? "";
      filter();
      if (query.has("rule")) one("#documents").scrollIntoView();
      return;
    }
    let target = null;
    try { target = hash.length > 1 ? document.getElementById(decodeURIComponent(hash.slice(1))) : null; } catch { /* not ours */ }
    if (target?.dataset.miss === "1") {
      search.value = "";
      filter();
    }
    const table = target?.closest("table[data-most]");
    if (table && target.hidden) {
      table.dataset.whole = "1";
      shorten(table);
    }
    const page = target?.matches("tr") ? one("details", target) : target?.closest("details");
    if (page) page.open = true;
    target?.scrollIntoView();
  };
  let timer = 0;
  search.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => { filter(); write(); }, 120);
  });
  rule?.addEventListener("change", () => { filter(); write(); });
  addEventListener("hashchange", read);
  addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, select, textarea");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      search.focus();
    }
  });

  // A rule's code is explained where one points at it, focuses it, or taps it.
  const tip = make("div", { className: "tip", id: "tip", hidden: true });
  tip.setAttribute("role", "tooltip");
  document.body.append(tip);
  let owner = null;
  const hide = () => { tip.hidden = true; owner = null; };
  const explain = (code) => {
    const row = document.getElementById(`rule-${code.textContent.trim()}`);
    if (!row) return;
    owner = code;
    const more = one("details p", row);
    const name = make("b", { textContent: `${code.textContent.trim()} ${row.dataset.name}` });
    const summary = make("p", { textContent: one(".summary", row).textContent });
    const parts = [name, summary];
    if (more) parts.push(make("p", { textContent: more.textContent }));
    if (code.dataset.touched) parts.push(make("a", { href: code.href, textContent: "In the table of rules" }));
    tip.replaceChildren(...parts);
    tip.hidden = false;
    const place = code.getBoundingClientRect(), size = tip.getBoundingClientRect();
    const left = Math.max(16, Math.min(place.left, document.documentElement.clientWidth - size.width - 16));
    const above = place.bottom + size.height + 12 > innerHeight && place.top > size.height + 12;
    tip.style.left = `${left + scrollX}px`;
    tip.style.top = `${(above ? place.top - size.height - 6 : place.bottom + 6) + scrollY}px`;
  };
  const codeOf = (event) => event.target.closest?.("a.code");
  document.addEventListener("pointerover", (event) => {
    if (event.pointerType === "touch") return;
    const code = codeOf(event);
    if (code) explain(code);
    else if (!tip.contains(event.target) && owner !== document.activeElement) hide();
  });
  document.addEventListener("focusin", (event) => {
    const code = codeOf(event);
    if (code?.matches(":focus-visible")) explain(code);
    else if (!tip.contains(event.target)) hide();
  });
  document.addEventListener("click", (event) => {
    const code = codeOf(event);
    if (code && event.pointerType === "touch") {
      event.preventDefault();
      code.dataset.touched = "1";
      if (owner === code && !tip.hidden) hide();
      else explain(code);
    } else hide();
  });
  addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });

  // The two places of a shared passage light up together.
  for (const table of all("table.pair"))
    table.addEventListener("pointerover", (event) => {
      const row = event.target.closest("mark")?.closest("tr");
      all("mark", table).forEach((mark) => mark.classList.toggle("near", Boolean(row?.contains(mark))));
    });

  read();
})();
