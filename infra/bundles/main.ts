import { dirname } from 'node:path'
import { parseArgs } from 'node:util'
import Table from 'cli-table3'
import { assemblyFunctions } from '../assembly/assembly-functions.ts'
import { synthesizedAssembly } from '../assembly/synthesized-assembly.ts'
import { bundleBytes, type Weight, weigh } from './weigh.ts'
import { weightLimitOf } from './weight-limit.ts'

/**
 * `npm run bundles [-- --rounds 9]`: what each deployed function loads when it starts and how long that takes here. The times are for
 * reading, on a quiet machine; the limit of the bytes is held by a test.
 */
const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' } } })
const kilobytes = (bytes: number) => String(Math.round(bytes / 1000))
const listed = (chunks: Weight['chunks']) =>
  [...chunks]
    .toSorted(([, a], [, b]) => b - a)
    .map(([name, bytes]) => `${name} ${kilobytes(bytes)}`)
    .join(', ')

const assembly = synthesizedAssembly()
try {
  const functions = assemblyFunctions(assembly.directory)
  const limits = new Map(functions.map((deployed) => [deployed.name, weightLimitOf(deployed)]))
  const weights = await weigh(functions, Number(values.rounds))
  const table = new Table({
    head: ['function', 'MiB', 'KB', 'of at most', 'load ms', 'start / empty', 'of that for its ports, KB'],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'left'],
    style: { head: [], border: [], compact: true },
  })
  for (const weight of weights) {
    table.push([
      weight.name,
      weight.memoryMiB,
      kilobytes(weight.bytes),
      kilobytes(limits.get(weight.name) ?? 0),
      weight.loadMilliseconds.toFixed(0),
      weight.timesEmpty.toFixed(1),
      listed(weight.chunks),
    ])
  }
  const later = new Map(weights.flatMap((weight) => [...weight.later]))
  const folder = dirname(functions[0]?.file ?? '')
  process.stdout.write(`${table.toString()}\n`)
  process.stdout.write(`Loaded only with a port, or later (KB): ${listed(later)}\n`)
  process.stdout.write(
    `All files of the bundle: ${kilobytes(await bundleBytes(folder))} KB; medians of ${values.rounds} starts.\n`,
  )
} finally {
  assembly.remove()
}
