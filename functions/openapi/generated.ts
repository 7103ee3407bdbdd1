import { lifecycleDocument } from '../../shared/lifecycle/diagram.ts'
import { openApiDocument } from './document.ts'

/** Every generated file of `docs/` with its content; a test fails while one of them is stale. */
export function generatedFiles(): ReadonlyMap<string, string> {
  return new Map([
    ['docs/openapi.json', `${JSON.stringify(openApiDocument(), null, 2)}\n`],
    ['docs/lifecycle.md', lifecycleDocument()],
  ])
}
