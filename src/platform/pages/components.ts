type Json = unknown;
type Node = Record<string, Json>;

/** What only the program reads of a schema. */
const INTERNAL = new Set(['x-rule', 'x-refusals', 'x-digits', 'anyText', 'mayBeAbsent']);

/** Moves every shape that has a name (`component`) to `components`, and leaves out what only the program reads. */
export function nameComponents<T extends object>(document: T, components: Node): T {
  const visit = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(visit);
    if (typeof value !== 'object' || value === null) return value;
    const { 'x-component': name, ...rest } = value as Node;
    const shape = Object.fromEntries(
      Object.entries(rest)
        .filter(([key]) => !INTERNAL.has(key))
        .map(([key, part]) => [key, visit(part)]),
    );
    if (typeof name !== 'string') return shape;
    if (components[name] !== undefined && JSON.stringify(components[name]) !== JSON.stringify(shape))
      throw new Error(`two shapes are called ${name}`);
    components[name] = shape;
    return { $ref: `#/components/schemas/${name}` };
  };
  return visit(document) as T;
}
