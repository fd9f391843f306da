/**
 * Finds what people read in a source file: text between tags, attributes that are shown or read out, and sentences in
 * code.  Each is a message with {0}, {1} … for what is put in; its English is its key.
 */
import { parse } from 'svelte/compiler';

const SHOWN = new Set([
  'title',
  'label',
  'confirmLabel',
  'cancelLabel',
  'placeholder',
  'alt',
  'safe',
  'hint',
  'text',
  'aria-label',
  'aria-valuetext',
]);
const UNSEEN_KEYS = new Set([
  'typeAnnotation',
  'typeParameters',
  'typeArguments',
  'returnType',
  'css',
  'metadata',
  'options',
]);
const UNSEEN_CALLS =
  /^(querySelector(All)?|closest|getItem|setItem|addEventListener|removeEventListener|matchMedia|readStored|writeStored|createElement|setAttribute|getAttribute|import|test|match|replace(All)?|split|includes|startsWith|endsWith|send|on)$/;
const HEAD = '<script lang="ts">';

/**
 * @typedef {{ from: number, to: number }} Span
 * @typedef {Span & { message: string, kind: 'text' | 'attribute' | 'quote' | 'template', holes: Span[] }} Place
 */

/** Where the messages of a file are, outermost first. @returns {Place[]} */
export function find(file, source) {
  const isSvelte = file.endsWith('.svelte');
  const ast = parse(isSvelte ? source : `${HEAD}${source}\n</script>`, { modern: true });
  const shift = isSvelte ? 0 : HEAD.length;
  const places = [];
  const note = (place) => places.push(shifted(place, -shift));
  walk(isSvelte ? ast : ast.instance.content, null, '', (node, parent, key) => {
    if (node.type === 'Fragment') runs(node.nodes, source).forEach(note);
    else if (node.type === 'Attribute' && SHOWN.has(node.name) && Array.isArray(node.value))
      attribute(node.value).forEach(note);
    else if (
      node.type === 'Literal' &&
      typeof node.value === 'string' &&
      isSaid(node, parent, key) &&
      isProse(node.value)
    ) {
      note({ from: node.start, to: node.end, message: node.value, kind: 'quote', holes: [] });
    } else if (node.type === 'TemplateLiteral' && isSaid(node, parent, key)) template(node).forEach(note);
  });
  return places.sort((a, b) => a.from - b.from || b.to - a.to);
}

function walk(node, parent, key, visit) {
  if (node === null || typeof node !== 'object') return;
  if (Array.isArray(node)) return node.forEach((one) => walk(one, parent, key, visit));
  if (typeof node.type !== 'string') return;
  if (
    /^TS(?!AsExpression|SatisfiesExpression|NonNullExpression)/.test(node.type) ||
    /^(Import|ExportAll)/.test(node.type)
  )
    return;
  visit(node, parent, key);
  for (const [name, child] of Object.entries(node)) {
    if (!UNSEEN_KEYS.has(name) && name !== 'parent') walk(child, node, name, visit);
  }
}

/** Neighbouring texts and expressions are one sentence. */
function runs(nodes, source) {
  const found = [];
  let run = [];
  for (const node of [...nodes, null]) {
    if (node?.type === 'Text' || node?.type === 'ExpressionTag') run.push(node);
    else {
      if (run.some(({ type, data }) => type === 'Text' && /\p{L}{2}/u.test(data)))
        found.push(sentence(run, 'text', source));
      run = [];
    }
  }
  return found;
}

function attribute(parts) {
  const words = parts.some(({ type, data }) => type === 'Text' && /\p{L}{2}/u.test(data));
  return words ? [sentence(parts, 'attribute')] : [];
}

function sentence(parts, kind) {
  const holes = [];
  let message = '';
  for (const part of parts) {
    if (part.type === 'Text') message += part.data;
    else message += `{${holes.push({ from: part.expression.start, to: part.expression.end }) - 1}}`;
  }
  const [first, last] = [parts[0], parts.at(-1)];
  const before = first.type === 'Text' ? first.raw.length - first.raw.trimStart().length : 0;
  const after = last.type === 'Text' ? last.raw.length - last.raw.trimEnd().length : 0;
  return {
    from: first.start + before,
    to: last.end - after,
    message: message.trim().replace(/\s+/g, ' '),
    kind,
    holes,
  };
}

function template({ start, end, quasis, expressions }) {
  const message = quasis
    .map(({ value }, index) => value.cooked + (index < expressions.length ? `{${index}}` : ''))
    .join('');
  const words = quasis.map(({ value }) => value.cooked).join(' ');
  const beside = expressions.length > 0 && /(^|\s)\p{Ll}{2,}([\s,.:]|$)/u.test(words) && !/[<=;/]/.test(words);
  if (!isProse(words) && !beside) return [];
  return [
    {
      from: start,
      to: end,
      message,
      kind: 'template',
      holes: expressions.map((one) => ({ from: one.start, to: one.end })),
    },
  ];
}

/** Two words, or one that begins like a sentence; no address, no path, no name of a field or a class. */
function isProse(text) {
  if (/^\{0\} \p{L}|\s\p{Ll}{2,}\s.*\.$/u.test(text)) return true;
  if (/^[#./@]|<|=>|[=;]$|;\S|\w[/_]\w|[a-z][A-Z]|\d(px|ms)\b|^\w+-\w/.test(text.trim())) return false;
  return /\p{L}{2,}[,:]?\s+.*\p{L}|\p{L}.*\s\p{L}{2}/u.test(text) || /^\s*[A-Z][a-z]{2,}[.…!?:]?\s*$/.test(text);
}

function isSaid(node, parent, key) {
  if (parent === null) return true;
  if (
    (parent.type === 'Property' || parent.type === 'MemberExpression' || parent.type === 'PropertyDefinition') &&
    key !== 'value'
  )
    return false;
  if (parent.type === 'BinaryExpression' && /^(===|!==|==|!=|in)$/.test(parent.operator)) return false;
  if (parent.type === 'SwitchCase' || parent.type === 'TaggedTemplateExpression') return false;
  if (parent.type !== 'CallExpression' && parent.type !== 'NewExpression') return true;
  const callee = parent.callee;
  const name = callee.type === 'MemberExpression' ? callee.property.name : callee.name;
  return !UNSEEN_CALLS.test(name ?? '') && !(callee.type === 'MemberExpression' && callee.object.name === 'Intl');
}

function shifted(place, by) {
  const move = ({ from, to }) => ({ from: from + by, to: to + by });
  return { ...place, ...move(place), holes: place.holes.map(move) };
}
