// Table `catalog` and `access` in memory, for the store that reads them. Calls can be held and made to fail.

import { providerKind, roleKind } from '../../shared/adapters/tablestore/catalog-keys.ts';
import { ACCESS, CATALOG } from '../../shared/adapters/tablestore/tables.ts';
import type { TablestoreFault } from '../../shared/adapters/tablestore/tablestore-fault.ts';
import type { Row, TablestoreRows } from '../../shared/adapters/tablestore/tablestore-rows.ts';
import { Revision } from '../../shared/kernel/names.ts';
import { err, ok } from '../../shared/kernel/result.ts';
import type { Provider } from '../../shared/rules/document/provider.ts';
import type { Role } from '../../shared/rules/values/role.ts';

type Read = Pick<TablestoreRows, 'getRows' | 'getRange'>;

export class CatalogRows implements Read {
  head: string | undefined;
  flush: Row['columns'] | undefined;
  blocks: Row['columns'] | undefined;
  catalog: Row[] = [];
  readonly access = new Map<string, Row['columns']>();
  fault: TablestoreFault | undefined;
  /** While set, an answer is read at once and handed over only then. */
  gate: Promise<void> | undefined;
  readonly calls: string[] = [];

  apply(revision: string, providers: readonly Provider[], roles: readonly Role[]): void {
    const own = Revision.parse(revision);
    this.head = revision;
    const row = (kind: string, id: string, value: object): Row => ({
      key: [kind, id],
      columns: { json: JSON.stringify(value) },
    });
    this.catalog.push(
      ...providers.map((provider) => row(providerKind(own), provider.id, provider)),
      ...roles.map((role) => row(roleKind(own), role.id, role)),
    );
  }

  getRows: Read['getRows'] = async (table, keys) => {
    this.calls.push(table === ACCESS ? `access ${keys.length}` : 'head');
    const { fault, head, flush, blocks } = this;
    const ofCatalog = { current: head === undefined ? undefined : { revision: head }, flush, blocks };
    const read = keys.map(([key = '', id = '']) => {
      if (table !== ACCESS) {
        const columns = id === 'current' || id === 'flush' || id === 'blocks' ? ofCatalog[id] : undefined;
        return columns && { key: [key, id], columns };
      }
      const columns = this.access.get(key);
      return columns && { key: [key], columns };
    });
    await this.gate;
    return fault ? err(fault) : ok(read);
  };

  getRange: Read['getRange'] = async (table, from, to) => {
    this.calls.push(table === CATALOG ? 'catalog' : table.name);
    const { fault } = this;
    const rows = this.catalog.filter(({ key: [kind = ''] }) => kind >= from && kind < to);
    await this.gate;
    return fault ? err(fault) : ok(rows);
  };
}

/** A promise that is settled by hand: what a test waits for instead of time. */
export function gate(): { readonly closed: Promise<void>; readonly open: () => void } {
  let open = (): void => undefined;
  const closed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { closed, open: () => open() };
}
