import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { CONDITION_CASES } from '../emulator/iam/cases.ts'
import { pythonEnvironment } from '../emulator/python-environment.ts'

/** Asks MiniStack's evaluator, which shares no code with ours, whether each condition holds for its request. */
const PROGRAM = `
import json, sys
from ministack.core import iam_evaluator as iam
held = []
for what, operator, wanted, context, _ in json.loads(sys.argv[1]):
    statement = {'Effect': 'Allow', 'Action': 'ec2:RunInstances', 'Resource': '*', 'Condition': {operator: wanted}}
    policy = iam.parse_policy_document({'Version': '2012-10-17', 'Statement': [statement]})
    request = iam.EvalContext(
        principal_arn='arn:aws:iam::123456789012:role/a', principal_type='AssumedRole', principal_account='123456789012',
        action='ec2:RunInstances', resource_arn='*', region='eu-central-1',
        service_context={key.lower(): value for key, value in context.items()})
    held.append(iam.evaluate(request, [policy]).decision == 'Allow')
print(json.dumps(held))
`

/** It takes a pattern of an ARN for one text, though "each of the six components is checked separately" (reference of IAM). */
const JUDGED_OTHERWISE = 'an ARN whose wildcard would have to reach over a colon'

it('conditions hold for the evaluator of an independent implementation exactly where they hold for ours', async () => {
  const python = join(await pythonEnvironment('aws-emulator'), 'python')
  const { stdout } = await promisify(execFile)(python, ['-c', PROGRAM, JSON.stringify(CONDITION_CASES)])
  const held = z.array(z.boolean()).parse(JSON.parse(stdout))
  const named = (holds: readonly boolean[]) =>
    CONDITION_CASES.map(([what], index) => `${what}: ${holds[index]}`).filter(
      (text) => !text.startsWith(JUDGED_OTHERWISE),
    )
  expect(named(held)).toEqual(named(CONDITION_CASES.map(([, , , , holds]) => holds)))
})
