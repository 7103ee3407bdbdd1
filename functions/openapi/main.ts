import { mkdirSync, writeFileSync } from 'node:fs'
import { generatedFiles } from './generated.ts'

// `npm run openapi`: writes the generated files of docs/.
for (const [path, content] of generatedFiles()) {
  const file = new URL(`../../${path}`, import.meta.url)
  mkdirSync(new URL('.', file), { recursive: true })
  writeFileSync(file, content)
  process.stdout.write(`${path}\n`)
}
