import { expect, test } from 'vitest'
import { javaMajor, MissingProgramError, requireJava, requireMaven } from '../../../agent/kafka/preflight.ts'

test.each([
  ['openjdk version "17.0.15" 2025-04-15', 17],
  ['openjdk version "21" 2023-09-19', 21],
  ['java version "1.8.0_392"', 8],
  ['something else', undefined],
])('reads the version out of %s', (output, major) => {
  expect(javaMajor(output)).toBe(major)
})

test('says in one sentence how to install what is missing', async () => {
  const java = requireJava('/nonexistent/java')
  await expect(java).rejects.toThrow(MissingProgramError)
  await expect(java).rejects.toThrow(/^Java 17 or newer is needed[^\n]*apt-get install -y openjdk-17[^\n]*$/u)
  await expect(requireMaven('/nonexistent/mvn')).rejects.toThrow(/^Apache Maven[^\n]*apt-get install -y maven$/u)
})

test('takes a program that runs but is no Java for a missing one', async () => {
  await expect(requireJava('/bin/echo')).rejects.toThrow('of unknown version')
})
