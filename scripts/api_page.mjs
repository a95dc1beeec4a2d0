/** The reference of the library's exports, as Markdown, from what `deno doc --json` says of them. */

const HEAD = `# The API

Built from the docstrings by \`npm run docs\`: do not edit. The [guide](guide.md) tells how it
all goes together.`;

/**
 * The whole page: functions in the order of their exports, then types.
 *
 * @param {object} documented What \`deno doc --json\` prints of one module.
 * @returns {string} Not yet formatted.
 */
export function apiPage({ nodes }) {
  const [{ symbols }] = Object.values(nodes);
  const entries = symbols.map(({ name, declarations }) => ({
    name,
    // What implements overloads is not called.
    declarations: declarations.filter(({ def }) => !(def.hasBody && declarations.length > 1)),
  }));
  const isFunction = ({ declarations: [{ kind }] }) => kind === "function";
  return [
    HEAD,
    "## Functions",
    ...entries.filter(isFunction).map(functionEntry),
    "## Types",
    ...entries.filter((entry) => !isFunction(entry)).map(typeEntry),
  ].join("\n\n") + "\n";
}

function functionEntry({ name, declarations }) {
  return [`### ${name}()`, ...declarations.flatMap((one) => declared(name, one))].join("\n\n");
}

function declared(name, { def, jsDoc = {} }) {
  const { doc = "", tags = [] } = jsDoc;
  const signature = `${name}${generics(def)}(${parameters(def.params)}): ${type(def.returnType)}`;
  const each = (kind, line) => tags.filter((tag) => tag.kind === kind).map(line);
  const list = [
    ...each("param", (tag) => `- \`${tag.name}\`: ${inline(tag.doc)}`),
    ...each("return", (tag) => `- Returns: ${inline(tag.doc)}`),
    ...each("throws", (tag) => `- Throws \`${type(tag.tsType)}\`: ${inline(tag.doc)}`),
  ];
  const parts = [
    code(signature),
    prose(doc),
    list.join("\n"),
    ...each("example", (tag) => tag.doc),
  ];
  return parts.filter((part) => part !== "");
}

function typeEntry({ name, declarations: [{ kind, def, jsDoc = {} }] }) {
  const of = kind === "typeAlias"
    ? `type ${name}${generics(def)} = ${type(def.tsType)}`
    : `interface ${name}${generics(def)}${
      def.extends?.length ? ` extends ${def.extends.map(type).join(", ")}` : ""
    }`;
  const members = [
    ...(def.properties ?? []).map((property) => member(property, type(property.tsType))),
    ...(def.methods ?? []).map((method) =>
      member(method, `(${parameters(method.params)}) => ${type(method.returnType)}`)
    ),
  ];
  const table = members.length > 0 ? ["| | type | |", "| - | - | - |", ...members].join("\n") : "";
  return [`### ${name}`, code(of), prose(jsDoc.doc ?? ""), table].filter((part) => part !== "")
    .join("\n\n");
}

function member({ name, optional, jsDoc = {} }, is) {
  const { doc = "", tags = [] } = jsDoc;
  const defaults = tags.flatMap(({ kind, value }) => {
    if (kind === "default") return [`@default {${value}}`];
    return kind === "unsupported" ? [value] : [];
  });
  const cells = [
    `\`${name}${optional ? "?" : ""}\``,
    `\`${is}\``,
    prose([doc, ...defaults].join(" ")),
  ];
  return `| ${cells.map((cell) => inline(cell).replaceAll("|", "\\|")).join(" | ")} |`;
}

/** Text of a docblock: links are names, and \`@default {1}\` in a line is a sentence. */
function prose(text) {
  return text.trim()
    .replaceAll(/\{@link(?:code|plain)?\s+([^}]+)\}/g, "`$1`")
    .replaceAll(/@default \{([^}]*)\}/g, "Default: `$1`.")
    .replaceAll(/@default (.+)$/gs, "Default: $1.");
}

function inline(text = "") {
  return prose(text).replaceAll(/\s*\n\s*/g, " ");
}

function code(text) {
  return `\`\`\`\n${text}\n\`\`\``;
}

function generics({ typeParams = [] }) {
  return typeParams.length === 0 ? "" : `<${typeParams.map(generic).join(", ")}>`;
}

function generic({ name, constraint, default: otherwise }) {
  return name + (constraint ? ` extends ${type(constraint)}` : "") +
    (otherwise ? ` = ${type(otherwise)}` : "");
}

function parameters(params) {
  return params.map(parameter).join(", ");
}

/** A parameter with a default value may be left out; one that is taken apart is called options. */
function parameter(param) {
  if (param.kind === "assign") return parameter({ ...param.left, optional: true });
  if (param.kind === "rest") {
    return `...${param.arg.name}: ${type(param.tsType ?? param.arg.tsType)}`;
  }
  return `${param.name ?? "options"}${param.optional ? "?" : ""}: ${type(param.tsType)}`;
}

/** A type as it is written. */
function type({ kind, repr, value }) {
  switch (kind) {
    case "keyword":
      return repr;
    case "literal":
      return value.kind === "string" ? JSON.stringify(value.string) : repr;
    case "typeRef":
      return value.typeName +
        (value.typeParams ? `<${value.typeParams.map(type).join(", ")}>` : "");
    case "typeQuery":
      return `typeof ${repr}`;
    case "array":
      return `${type(value)}[]`;
    case "tuple":
      return `[${value.map(type).join(", ")}]`;
    case "parenthesized":
      return `(${type(value)})`;
    case "union":
      return value.map(type).join(" | ");
    case "intersection":
      return value.map(type).join(" & ");
    case "typeOperator":
      return `${value.operator} ${type(value.tsType)}`;
    case "indexedAccess":
      return `${type(value.objType)}[${type(value.indexType)}]`;
    case "fnOrConstructor":
      return `(${parameters(value.params)}) => ${type(value.tsType)}`;
    case "mapped":
      return `{ [${value.typeParam.name} in ${type(value.typeParam.constraint)}]: ${
        type(value.tsType)
      } }`;
    case "typeLiteral":
      return `{ ${
        [...(value.properties ?? []).map(field), ...(value.indexSignatures ?? []).map(index)].join(
          "; ",
        )
      } }`;
  }
  throw new TypeError(`Cannot write the API page as a type must be of a known kind: ${kind}`);
}

function field({ name, optional, tsType }) {
  return `${name}${optional ? "?" : ""}: ${type(tsType)}`;
}

function index({ params, tsType }) {
  return `[${parameters(params)}]: ${type(tsType)}`;
}
