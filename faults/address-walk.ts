import type { Sql } from "@roster/store/open.ts";

/**
 * Where a text stands in a tenant's rows, in any column of any table that can hold it, as `table.column`; of tables that know no
 * tenants, and of the queue, in all rows. In small letters.
 */
export async function placesOf(sql: Sql, tenantId: string, text: string): Promise<string[]> {
  const columns = await sql<
    { schema: string; tableName: string; columnName: string; type: string; ofTenant: boolean }[]
  >`
    select c.table_schema as schema, c.table_name, c.column_name, c.data_type as type, exists (
      select from information_schema.columns t
      where t.table_schema = c.table_schema and t.table_name = c.table_name and t.column_name = 'tenant_id'
    ) as of_tenant
    from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
    where t.table_type = 'BASE TABLE' and c.table_schema in (current_schema(), 'graphile_worker')`;
  const found: string[] = [];
  for (const { schema, tableName, columnName, type, ofTenant } of columns) {
    const place = sql(columnName);
    const held = type === "bytea" ? sql`encode(${place}, 'escape')` : sql`${place}::text`;
    const [row] = await sql<{ holds: boolean }[]>`
      select exists (
        select from ${sql(schema)}.${sql(tableName)}
        where strpos(lower(${held}), ${text}) > 0 ${ofTenant ? sql`and tenant_id = ${tenantId}` : sql``}
      ) as holds`;
    if (row!.holds) found.push(`${tableName}.${columnName}`);
  }
  return found.sort();
}
