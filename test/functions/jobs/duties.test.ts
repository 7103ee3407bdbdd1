import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { DUTIES } from '../../../functions/jobs/duties.ts'

const JOBS = join(import.meta.dirname, '../../../functions/jobs')

async function exportedDuties(): Promise<readonly string[]> {
  const files = (await readdir(JOBS)).filter((file) => file.endsWith('.ts'))
  const modules: readonly Readonly<Record<string, unknown>>[] = await Promise.all(
    files.map((file) => import(join(JOBS, file))),
  )
  return modules.flatMap((exported) =>
    Object.entries(exported).flatMap(([name, value]) =>
      typeof value === 'object' && value !== null && 'look' in value ? [name] : [],
    ),
  )
}

it('does every duty that is written for the job, under its own name', async () => {
  expect(DUTIES.map(({ name }) => name).toSorted()).toEqual((await exportedDuties()).toSorted())
})
