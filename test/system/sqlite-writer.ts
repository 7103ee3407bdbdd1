import { systemClock } from '../../functions/adapters/system-clock.ts'
import { openSqliteStore } from '../../local/sqlite-store.ts'
import { TransactionConflict, type Write } from '../../shared/ports/store.ts'

// A process of its own for `sqlite-processes.test.ts`: node sqlite-writer.ts increment|pairs FILE
const [mode, path] = process.argv.slice(2)
if (path === undefined) throw new Error('usage: sqlite-writer.ts increment|pairs FILE')
const store = openSqliteStore(path, { clock: systemClock })
const at = (sort: string) => ({ partition: 'T#acme#', sort })

async function attempt(writes: readonly Write[]): Promise<boolean> {
  try {
    await store.transact(writes)
    return true
  } catch (error) {
    if (error instanceof TransactionConflict) return false
    throw error
  }
}

if (mode === 'increment') {
  await attempt([{ ...at('counter'), put: 0, guard: 'absent' }])
  for (let done = 0; done < 50; ) {
    const found = await store.get(at('counter'))
    if (typeof found?.value !== 'number') throw new Error('the counter is lost')
    if (await attempt([{ ...at('counter'), put: found.value + 1, guard: { version: found.version } }])) done += 1
  }
  store.close()
} else {
  for (let index = 0; ; index += 1) {
    const name = String(index).padStart(8, '0')
    await store.transact([
      { ...at(`left-${name}`), put: index, guard: 'absent' },
      { ...at(`right-${name}`), put: index, guard: 'absent' },
    ])
    // Acknowledges only what is committed, and waits until the reader has been told.
    await new Promise((resolve) => process.stdout.write(`${index}\n`, resolve))
  }
}
