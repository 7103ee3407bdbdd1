import { keepCompiled } from './keep-compiled.ts'

keepCompiled()
await import('./demo/run.ts')
