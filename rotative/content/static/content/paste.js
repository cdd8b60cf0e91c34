// What is pasted into a text: kept where the newspaper has a place for it, and said where it has not.
//
// The editor's own reading of a clipboard joins the lines of a plain text that holds an address, drops Word's headings,
// superscripts, tables and pictures without a word, and makes of a footnote a link to this screen. Here the clipboard is
// read into the editor's own format, and handed to it as a piece that was copied from another editor of this kind.
const STRINGS = JSON.parse(document.getElementById("paste-strings")?.textContent ?? "{}");
const FRAGMENT = "data-draftjs-conductor-fragment";
const ADDRESS = /\b(?:https?:\/\/[^\s<>"]+|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,9})/giu;
const TRAILING = /[.,;:!?…»”"')\]]+$/u;
const UNSEEN = new Set(["STYLE", "SCRIPT", "TITLE", "META", "LINK", "XML", "NOSCRIPT", "TEMPLATE"]);
const BLOCKS = new Set(
  `ADDRESS ARTICLE ASIDE BLOCKQUOTE BODY CAPTION CENTER DD DETAILS DIV DL DT FIELDSET FIGCAPTION FIGURE FOOTER FORM
  H1 H2 H3 H4 H5 H6 HEADER HR LEGEND LI MAIN NAV OL P PRE SECTION SUMMARY UL`.split(/\s+/),
);
const HEADINGS = { H1: "header-two", H2: "header-two", H3: "header-three", H4: "header-three", H5: "header-three", H6: "header-three" };
const FOOTNOTE = /^#(?:_ftn|_edn|_ftnref|_ednref|ftnt|sdfootnote|sdendnote|cmnt)/i;

let isOurs = false;

document.addEventListener(
  "paste",
  (event) => {
    if (isOurs || !(event.target instanceof Element) || !event.clipboardData) return;
    const wrapper = event.target.closest("[data-draftail-editor-wrapper]");
    const input = wrapper && [...wrapper.parentNode.children].find((sibling) => sibling.draftailEditor);
    if (!input) return;
    const html = event.clipboardData.getData("text/html");
    const text = event.clipboardData.getData("text/plain");
    if (html.includes(FRAGMENT) || isOneAddress(text)) return;
    const read = html ? readHtml(html, text) : readText(text);
    if (!read) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    tell(wrapper, [...insert(event.target, input, read)]);
  },
  true,
);

function isOneAddress(text) {
  const [first] = text.trim().match(ADDRESS) ?? [];
  return Boolean(first) && first === text.trim();
}

// --- plain text

function readText(text) {
  return text.match(ADDRESS) ? readLines(text) : null; // the editor reads the others well
}

function readLines(text) {
  const reading = new Reading();
  for (const line of text.split(/\r\n|\r|\n/)) {
    addLine(reading, line);
    reading.close();
  }
  return reading;
}

function addLine(reading, line, styles = new Set()) {
  let from = 0;
  for (const found of line.matchAll(ADDRESS)) {
    const address = found[0].replace(TRAILING, "");
    reading.add(line.slice(from, found.index), styles);
    reading.add(address, styles, address.includes("://") ? address : `mailto:${address}`);
    from = found.index + address.length;
  }
  reading.add(line.slice(from), styles);
}

// --- HTML

function readHtml(html, text) {
  const body = new DOMParser().parseFromString(html, "text/html").body; // inert: nothing is fetched, nothing runs
  const hasBlocks = body.querySelector([...BLOCKS, "TABLE", "BR"].filter((name) => name !== "BODY").join(","));
  if (!hasBlocks && text.includes("\n")) return readLines(text); // a messenger’s lines
  const reading = new Reading();
  readChildren(body, reading, new Set(), null);
  reading.close();
  return reading;
}

function readChildren(node, reading, styles, link) {
  for (const child of node.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) readWords(child, reading, styles, link);
    else if (child.nodeType === Node.ELEMENT_NODE) readElement(child, reading, styles, link);
  }
}

function readWords(node, reading, styles, link) {
  for (const [number, line] of spaced(node).split("\n").entries()) {
    if (number) reading.close(); // a messenger parts its lines so
    if (link) reading.add(line, styles, link);
    else addLine(reading, line, styles);
  }
}

function spaced(node) {
  const keeps = /white-space:\s*pre/i.test(node.parentElement?.getAttribute("style") ?? "") || node.parentElement?.tagName === "PRE";
  return keeps ? node.data : node.data.replace(/[ \t\r\n]+/g, " ");
}

function readElement(element, reading, styles, link) {
  const style = element.getAttribute("style") ?? "";
  const name = element.tagName;
  if (UNSEEN.has(name) || /mso-list:\s*ignore/i.test(style) || /display:\s*none/i.test(style)) return;
  if (name === "BR") return reading.breakLine();
  if (name === "IMG") return readPicture(element, reading, styles);
  if (name === "TABLE" && !reading.isCell && isTable(element)) return reading.addTable(element);
  if (["VIDEO", "AUDIO", "IFRAME", "OBJECT", "EMBED", "SVG", "CANVAS"].includes(name.toUpperCase())) return reading.lose("media");
  const inner = stylesOf(element, style, styles, reading);
  const target = name === "A" ? linkOf(element, reading) : link;
  const isMark = name === "A" && FOOTNOTE.test(fragmentOf(element.getAttribute("href") ?? ""));
  if (isMark) inner.add("SUPERSCRIPT");
  if (!BLOCKS.has(name) && name !== "TABLE" && name !== "TR" && name !== "TD" && name !== "TH") {
    return readChildren(element, reading, inner, target);
  }
  reading.close();
  const before = reading.type;
  reading.type = typeOf(element, style) ?? before;
  readChildren(element, reading, inner, target);
  reading.close();
  reading.type = before;
}

function typeOf(element, style) {
  if (HEADINGS[element.tagName]) return HEADINGS[element.tagName];
  const classes = element.getAttribute("class") ?? "";
  if (/\bMso(?:Title|Heading)/i.test(classes)) return "header-two";
  if (/mso-list:\s*l\d/i.test(style)) return isNumbered(element) ? "ordered-list-item" : "unordered-list-item";
  if (element.tagName !== "LI") return null;
  return element.parentElement?.tagName === "OL" ? "ordered-list-item" : "unordered-list-item";
}

function isNumbered(element) {
  const mark = [...element.querySelectorAll("span")].find((span) => /mso-list:\s*ignore/i.test(span.getAttribute("style") ?? ""));
  return /^\s*(?:\d+|[a-z]|[ivxl]+)[.)]/i.test(mark?.textContent ?? "");
}

function stylesOf(element, style, styles, reading) {
  const inner = new Set(styles);
  const name = element.tagName;
  if (HEADINGS[name]) return inner; // a heading is bold by itself
  if (name === "B" || name === "STRONG" || /font-weight:\s*(?:bold|[6-9]00)/i.test(style)) inner.add("BOLD");
  if (/font-weight:\s*(?:normal|400)/i.test(style)) inner.delete("BOLD"); // the wrapper of Google's documents
  if (name === "I" || name === "EM" || /font-style:\s*italic/i.test(style)) inner.add("ITALIC");
  if (/font-style:\s*normal/i.test(style)) inner.delete("ITALIC");
  if (name === "SUP" || /vertical-align:\s*super/i.test(style)) inner.add("SUPERSCRIPT");
  if (name === "SUB" || /vertical-align:\s*sub\b/i.test(style)) reading.lose("subscript");
  if (name === "S" || name === "STRIKE" || name === "DEL" || /text-decoration[^;]*line-through/i.test(style)) reading.lose("struck");
  if (name === "U" && !element.closest("a")) reading.lose("underlined");
  return inner;
}

function fragmentOf(address) {
  return address.includes("#") ? address.slice(address.indexOf("#")) : "";
}

function linkOf(element, reading) {
  const address = (element.getAttribute("href") ?? "").trim();
  if (!address) return null; // a place, not a link
  if (leadsReaders(address)) return address;
  reading.lose(FOOTNOTE.test(fragmentOf(address)) ? "notes" : "links");
  return null;
}

function leadsReaders(address) {
  if (/^(?:mailto|tel):/i.test(address)) return true;
  if (!/^https?:\/\//i.test(address)) return false;
  try {
    const url = new URL(address);
    const newsroom = location.pathname.split("/").slice(0, 2).join("/");
    return !(url.host === location.host && `${url.pathname}/`.startsWith(`${newsroom}/`));
  } catch {
    return false;
  }
}

function readPicture(element, reading, styles) {
  const words = element.getAttribute("alt") ?? "";
  if (/^\p{Extended_Pictographic}/u.test(words)) return reading.add(words, styles); // a messenger's emoji
  return reading.lose("pictures");
}

function isTable(table) {
  return table.rows.length > 1 || (table.rows[0]?.cells.length ?? 0) > 1; // one cell alone is a frame around a text
}

function tableOf(table, reading) {
  const covered = []; // how many rows more a merged cell reaches down, of each column
  const rows = [...table.rows].map((row) => ({
    isHead: row.parentElement.tagName === "THEAD" || [...row.cells].every((cell) => cell.tagName === "TH"),
    cells: placed([...row.cells], covered, reading),
  }));
  const width = Math.max(...rows.map((row) => row.cells.length));
  const full = rows.map((row) => [...row.cells, ...Array.from({ length: width - row.cells.length }, () => "")]);
  const head = rows[0].isHead ? full.shift() : Array.from({ length: width }, () => "");
  return {
    columns: head.map((heading) => ({ type: "text", heading })),
    rows: full.map((values) => ({ values })),
    caption: table.caption ? wordsOf(table.caption, reading) : "",
  };
}

// The words of a row, each in its column: what a merged cell covers stays empty.
function placed(cells, covered, reading) {
  const words = [];
  const fillCovered = () => {
    while (covered[words.length] > 0) covered[words.length] -= 1, words.push("");
  };
  for (const cell of cells) {
    fillCovered();
    const width = Math.min(cell.colSpan, 40);
    for (let column = 0; column < width; column += 1) {
      covered[words.length] = Math.min(cell.rowSpan, 500) - 1;
      words.push(column ? "" : wordsOf(cell, reading));
    }
  }
  fillCovered();
  return words;
}

// A table holds words alone. They are read as any others, so that they stay apart, and what they lose is said.
function wordsOf(cell, reading) {
  const inner = new Reading(true);
  readChildren(cell, inner, new Set(), null);
  inner.close();
  for (const kind of inner.lost.keys()) reading.lose(kind);
  return inner.blocks.map(({ text }) => text).join(" ").replace(/\s+/g, " ").trim();
}

function isAddressOf(words, link) {
  return words.trim().replace(/\/$/, "") === link.replace(/^mailto:/i, "").replace(/\/$/, "");
}

// --- what was read

class Reading {
  constructor(isCell = false) {
    this.isCell = isCell; // a table in it is no table of its own
    this.blocks = [];
    this.links = [];
    this.tables = [];
    this.lost = new Map();
    this.type = "unstyled";
    this.runs = [];
  }

  add(text, styles = new Set(), link = null) {
    const last = this.runs.at(-1);
    const words = !last || /[\s\n]$/.test(last.text) ? text.replace(/^[ \t\n]+/, "") : text;
    if (!words) return;
    if (this.isCell) this.noteLost(words, styles, link);
    this.runs.push({ text: words, styles: new Set(styles), link });
  }

  noteLost(words, styles, link) {
    if (styles.has("SUPERSCRIPT")) this.lose("table_superscript");
    if (link && words.trim() && !isAddressOf(words, link)) this.lose("table_links");
  }

  breakLine() {
    if (this.runs.at(-1)?.text === "\n") {
      this.close(); // two in a row part two paragraphs
    } else if (this.runs.length) {
      this.runs.push({ text: "\n", styles: new Set(), link: null });
    }
  }

  addTable(table) {
    this.close();
    this.tables.push(tableOf(table, this));
  }

  lose(kind) {
    this.lost.set(kind, (this.lost.get(kind) ?? 0) + 1);
  }

  /** End a paragraph. Offsets are counted in characters, as the editor's format does, not in UTF-16 units. */
  close() {
    const runs = this.runs;
    this.runs = [];
    while (runs.length && !runs.at(-1).text.trim()) runs.pop();
    if (!runs.length) return;
    runs.at(-1).text = runs.at(-1).text.trimEnd();
    const block = { key: newKey(), text: "", type: this.type, depth: 0, inlineStyleRanges: [], entityRanges: [], data: {} };
    let offset = 0;
    for (const { text, styles, link } of runs) {
      const length = [...text].length;
      for (const style of styles) block.inlineStyleRanges.push({ offset, length, style });
      if (link) {
        block.entityRanges.push({ offset, length, key: this.links.length });
        this.links.push(link);
      }
      block.text += text;
      offset += length;
    }
    this.blocks.push(block);
  }

  /** Return the editor's format, without what this editor does not have; what goes is noted as lost. */
  contentFor(editor) {
    const types = new Set(["unstyled", ...editor.props.blockTypes.map((one) => one.type)]);
    const styles = new Set(editor.props.inlineStyles.map((one) => one.type));
    const hasLinks = editor.props.entityTypes.some((one) => one.type === "LINK");
    for (const block of this.blocks) {
      if (!types.has(block.type)) {
        this.lose(block.type.startsWith("header") ? "headings" : "lists");
        block.type = "unstyled";
      }
      for (const { style } of block.inlineStyleRanges) {
        if (!styles.has(style)) this.lose(style.toLowerCase());
      }
      block.inlineStyleRanges = block.inlineStyleRanges.filter(({ style }) => styles.has(style));
      if (!hasLinks) block.entityRanges = [];
    }
    const links = this.links.map((url, key) => [key, { type: "LINK", mutability: "MUTABLE", data: { url } }]);
    return { blocks: this.blocks, entityMap: Object.fromEntries(links) };
  }
}

function newKey() {
  return Math.random().toString(36).slice(2, 7).padEnd(5, "0");
}

// --- into the editor

function* insert(target, input, reading) {
  const stream = input.closest("[id$='-root']")?.rootBlock;
  const takesTables = Boolean(stream?.blockDef?.childBlockDefsByName?.table);
  if (!takesTables) reading.tables.forEach((table) => addRows(reading, table));
  const content = reading.contentFor(input.draftailEditor);
  if (content.blocks.length === 1 && content.blocks[0].type !== "unstyled") {
    // The editor gives one block alone the form of the line it is pasted into.
    content.blocks.push({ key: newKey(), text: "", type: "unstyled", depth: 0, inlineStyleRanges: [], entityRanges: [], data: {} });
  }
  if (content.blocks.length) hand(target, content);
  if (takesTables) {
    const place = stream.children.findIndex((child) => input.name.startsWith(`${child.prefix}-`));
    reading.tables.forEach((value, number) => {
      stream.insert({ type: "table", value, id: crypto.randomUUID?.() ?? newKey() }, (place < 0 ? stream.children.length : place + 1) + number);
    });
    if (reading.tables.length) yield STRINGS.tables_below;
  } else if (reading.tables.length) {
    yield STRINGS.tables;
  }
  for (const kind of reading.lost.keys()) if (STRINGS[kind]) yield STRINGS[kind];
}

function addRows(reading, { columns, rows }) {
  const lines = [columns.map((column) => column.heading), ...rows.map((row) => row.values)];
  for (const cells of lines) {
    if (cells.some(Boolean)) {
      reading.add(cells.join(" | "));
      reading.close();
    }
  }
}

function hand(target, content) {
  const carrier = document.createElement("div");
  carrier.setAttribute(FRAGMENT, JSON.stringify(content));
  const data = new DataTransfer();
  data.setData("text/html", carrier.outerHTML);
  isOurs = true;
  try {
    target.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
  } finally {
    isOurs = false;
  }
}

function tell(wrapper, sentences) {
  wrapper.parentNode.querySelector(":scope > .paste-note")?.remove();
  if (!sentences.length) return;
  const note = document.createElement("div");
  note.className = "paste-note help-block help-warning";
  note.setAttribute("role", "status");
  for (const sentence of sentences) {
    const line = document.createElement("p");
    line.textContent = sentence;
    note.append(line);
  }
  wrapper.after(note);
}
