import { many, sql, type Sql } from '../src/platform/database/db.ts';

type Column = { table: string; name: string; type: string; isRequired: boolean; standard: string | null };
type Constraint = {
  table: string;
  kind: 'p' | 'u' | 'f' | 'c';
  columns: string[];
  refersTo: string | null;
  definition: string;
};
type Definition = { table: string; name: string; definition: string };

/** docs/schema.md as it should read for the database that `on` leads to: a diagram, and a section for each table. */
export async function schemaPage(on: Sql): Promise<string> {
  const columns = await listColumns(on);
  const constraints = await listConstraints(on);
  const indices = await listIndices(on);
  const triggers = await listTriggers(on);
  const tables = [...new Set(columns.map(({ table }) => table))];
  const sections = tables.map((table) =>
    section(table, of(columns, table), {
      constraints: of(constraints, table),
      indices: of(indices, table),
      triggers: of(triggers, table),
    }),
  );
  return [INTRODUCTION, diagram(tables, columns, constraints), ...sections].join('\n');
}

const INTRODUCTION = `# The schema

Written by \`npm run draw:schema\` from a database that all migrations have run on; a test fails when this page is not
what the script would write. What the tables are for: [data.md](data.md).
`;

function diagram(
  tables: readonly string[],
  columns: readonly Column[],
  constraints: readonly Constraint[],
): string {
  const links = constraints.filter(({ kind }) => kind === 'f');
  const isKey = ({ table, name }: Column) => keyMarks(name, of(constraints, table)) !== '';
  const boxes = tables.flatMap((table) => [
    `    ${table} {`,
    ...of(columns, table)
      .filter(isKey)
      .map((column) => {
        const marks = keyMarks(column.name, of(constraints, table));
        return `        ${wordOf(column.type)} ${column.name} ${marks}`;
      }),
    '    }',
  ]);
  const lines = links.map(({ table, columns: own, refersTo }) => {
    const isSingle = of(constraints, table).some(
      ({ kind, columns: unique }) => 'pu'.includes(kind) && unique.join() === own.join(),
    );
    return `    ${refersTo} ||--${isSingle ? 'o|' : 'o{'} ${table} : "${own.join(', ')}"`;
  });
  return ['```mermaid', 'erDiagram', ...lines, ...boxes, '```', ''].join('\n');
}

const of = <T extends { table: string }>(rows: readonly T[], table: string) =>
  rows.filter((row) => row.table === table);

function keyMarks(column: string, constraints: readonly Constraint[]): string {
  const isIn = (kind: string) =>
    constraints.some((constraint) => constraint.kind === kind && constraint.columns.includes(column));
  return [isIn('p') && 'PK', isIn('f') && 'FK', isIn('u') && 'UK'].filter(Boolean).join(', ');
}

/** Mermaid takes one word for a type. */
const wordOf = (type: string) => type.replaceAll(/\(.*?\)/g, '').replaceAll(/[^a-z_]+/g, '_');

function section(
  table: string,
  columns: readonly Column[],
  {
    constraints,
    indices,
    triggers,
  }: Record<'constraints', readonly Constraint[]> & Record<'indices' | 'triggers', readonly Definition[]>,
): string {
  const rows = columns.map(
    ({ name, type, isRequired, standard }) =>
      `| ${name} | ${type} | ${isRequired ? 'yes' : ''} | ${standard ? `\`${standard}\`` : ''} |`,
  );
  const rules = constraints.filter(({ kind }) => kind !== 'p').map(({ definition }) => `- ${definition}`);
  return [
    `## ${table}`,
    '',
    '| column | type | required | default |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
    ...list('Constraints', rules),
    ...list('Indices', indices.map(definitionOut)),
    ...list('Triggers', triggers.map(definitionOut)),
  ].join('\n');
}

const definitionOut = ({ name, definition }: Definition) => `- \`${name}\`: ${definition}`;

const list = (title: string, lines: readonly string[]) =>
  lines.length === 0 ? [] : [`${title}:`, '', ...lines, ''];

const listColumns = (on: Sql) =>
  many<Column>(
    on,
    sql`
    select class.relname as table, attribute.attname as name,
      format_type(attribute.atttypid, attribute.atttypmod) as type, attribute.attnotnull as "isRequired",
      pg_get_expr(standard.adbin, standard.adrelid) as standard
    from pg_attribute attribute
    join pg_class class on class.oid = attribute.attrelid
    left join pg_attrdef standard on standard.adrelid = class.oid and standard.adnum = attribute.attnum
    where class.relnamespace = 'public'::regnamespace
      and class.relkind = 'r'
      and attribute.attnum > 0
      and not attribute.attisdropped
    order by class.relname, attribute.attnum`,
  );

const listConstraints = (on: Sql) =>
  many<Constraint>(
    on,
    sql`
    select class.relname as table, rule.contype as kind, other.relname as "refersTo",
      pg_get_constraintdef(rule.oid) as definition,
      array(
        select attribute.attname::text
        from unnest(rule.conkey) with ordinality as key (number, place)
        join pg_attribute attribute on attribute.attrelid = rule.conrelid and attribute.attnum = key.number
        order by key.place
      ) as columns
    from pg_constraint rule
    join pg_class class on class.oid = rule.conrelid
    left join pg_class other on other.oid = rule.confrelid
    where class.relnamespace = 'public'::regnamespace
      and rule.contype in ('p', 'u', 'f', 'c')
    order by class.relname, rule.conname`,
  );

/** Those that no constraint has made. */
const listIndices = (on: Sql) =>
  many<Definition>(
    on,
    sql`
    select tablename as table, indexname as name,
      regexp_replace(indexdef, '^CREATE (UNIQUE )?INDEX \\S+ ON \\S+ USING ', '\\1') as definition
    from pg_indexes
    where schemaname = 'public'
      and not exists (
        select from pg_constraint rule
        where rule.conindid = format('%I.%I', schemaname, indexname)::regclass
          and rule.contype in ('p', 'u')
      )
    order by tablename, indexname`,
  );

const listTriggers = (on: Sql) =>
  many<Definition>(
    on,
    sql`
    select class.relname as table, rule.tgname as name,
      regexp_replace(pg_get_triggerdef(rule.oid), '^CREATE (CONSTRAINT )?TRIGGER \\S+ (.*) ON \\S+', '\\2') as definition
    from pg_trigger rule
    join pg_class class on class.oid = rule.tgrelid
    where class.relnamespace = 'public'::regnamespace
      and not rule.tgisinternal
    order by class.relname, rule.tgname`,
  );
