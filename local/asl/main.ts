import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { systemClock } from '../../functions/adapters/system-clock.ts'
import type { Json } from '../../shared/ports/store.ts'
import { createEngine, type Engine } from './engine.ts'
import { messageOf } from './expression.ts'
import { createMemoryJournal } from './journal.ts'
import { lastEventLine } from './last-event.ts'
import { DefinitionRefused } from './load.ts'

/** The exit code of a definition that would not run here as on AWS Step Functions. */
const EXIT_REFUSED = 3

/** The exit code of files that cannot be read as JSON. */
const EXIT_UNREADABLE = 2

const EXIT_CODES = `
Prints the execution's last event as one line of JSON:
  {"type":"ExecutionSucceeded","output":…}
  {"type":"ExecutionFailed","error":…,"cause":…}

Exit codes:
  0  the execution ended, whether it succeeded or failed: the line says which
  2  a file could not be read as JSON
  3  the definition was refused: it uses a part of the language that would not run here as on the service

There are no Lambda functions here: every Task fails with Lambda.ResourceNotFoundException.`

const program = new Command('asl').description('The States Language interpreter of the local mode.')

program
  .command('run')
  .description('run a States Language definition (JSONata) once')
  .argument('<definition>', 'file with the definition as JSON')
  .argument('<input>', 'file with the input as JSON')
  .addHelpText('after', EXIT_CODES)
  .action(async (definition: string, input: string) => {
    process.exitCode = await run(definition, input)
  })

await program.parseAsync()

async function run(definitionFile: string, inputFile: string): Promise<number> {
  let definition: Json
  let input: Json
  try {
    definition = JSON.parse(readFileSync(definitionFile, 'utf8'))
    input = JSON.parse(readFileSync(inputFile, 'utf8'))
  } catch (error) {
    console.error(messageOf(error))
    return EXIT_UNREADABLE
  }
  let engine: Engine
  try {
    const definitions = { main: definition }
    engine = createEngine({ definitions, journal: createMemoryJournal(), clock: systemClock, invoke: functionNotFound })
  } catch (error) {
    if (!(error instanceof DefinitionRefused)) throw error
    console.error(error.message)
    return EXIT_REFUSED
  }
  await engine.start({ stateMachine: 'main', name: 'run', input })
  console.log(lastEventLine(await engine.ended('run')))
  return 0
}

async function functionNotFound(functionName: string): Promise<never> {
  const error = new Error(`there is no function ${functionName}: this run has no Lambda`)
  error.name = 'Lambda.ResourceNotFoundException'
  throw error
}
