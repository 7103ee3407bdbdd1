import { z } from 'zod'
import { systemClock } from '../../../functions/adapters/system-clock.ts'
import { createEngine, type Engine } from '../../../local/asl/engine.ts'
import { createMemoryJournal } from '../../../local/asl/journal.ts'
import { statesRequests } from './authorization/json-services.ts'
import type { Service } from './aws-front.ts'
import type { Functions } from './functions.ts'
import type { Permissions } from './permissions.ts'
import type { ServiceAnswer } from './refusal.ts'
import type { Deployment } from './template.ts'

const Machine = z.looseObject({
  StateMachineName: z.string(),
  RoleArn: z.string(),
  DefinitionString: z.string(),
  DefinitionSubstitutions: z.record(z.string(), z.string()),
})

/** Step Functions with the machines of a deployment. */
export interface StateMachines {
  readonly engine: Engine
  readonly service: Service
}

/**
 * Runs the definitions of the templates, their substitutions put in, in the interpreter of the local mode; it invokes the
 * deployed functions as far as the role of the machine lets it, and speaks the protocol of the service.
 */
export function deployStateMachines(
  deployment: Deployment,
  functions: Functions,
  permissions: Permissions,
  onFault: (fault: unknown) => void,
): StateMachines {
  const machines = deployment.all('AWS::StepFunctions::StateMachine').map(({ id, properties }) => {
    const { DefinitionString, DefinitionSubstitutions, RoleArn } = Machine.parse(properties)
    const text = DefinitionString.replaceAll(/\$\{(\w+)\}/g, (placeholder, name: string) => {
      const value = DefinitionSubstitutions[name]
      // As the service: what is not substituted stays, and is no function.
      return value ?? placeholder
    })
    return { arn: deployment.arnOf(id), role: RoleArn.split('/').at(-1) ?? '', definition: JSON.parse(text) }
  })
  // Who asks is not told to the engine's caller: each machine that names a function must be allowed to invoke it.
  const refusalOf = (functionArn: string): string | undefined =>
    machines
      .filter(({ definition }) => JSON.stringify(definition).includes(functionArn))
      .flatMap(({ role }) => {
        const caller = { name: role, roleName: role, sessionName: 'execution' }
        const verdict = permissions(caller, { action: 'lambda:InvokeFunction', resource: functionArn })
        return verdict.allowed ? [] : [`${role} is not authorized to invoke ${functionArn}: ${verdict.because}`]
      })[0]
  const journal = createMemoryJournal()
  const engine = createEngine({
    definitions: Object.fromEntries(machines.map(({ arn, definition }) => [arn, definition])),
    journal,
    clock: systemClock,
    onFault: (_execution, fault) => onFault(fault),
    invoke: async (functionArn, payload) => {
      const refused = refusalOf(functionArn)
      if (refused !== undefined) {
        const refusal = named('Lambda.AWSLambdaException', refused)
        onFault(refusal)
        throw refusal
      }
      return JSON.parse(JSON.stringify((await functions.invoke(functionArn, payload)) ?? null))
    },
  })
  const machineOf = (execution: string) => journal.execution(execution)?.stateMachine
  const requests: Service['requests'] = (call) => statesRequests(call, machineOf)
  return { engine, service: { requests, answer: answersOf(engine) } }
}

const named = (name: string, message: string) => Object.assign(new Error(message), { name })

const Call = z.object({
  stateMachineArn: z.string().default(''),
  executionArn: z.string().default(''),
  name: z.string().default(''),
  input: z.string().default('{}'),
  taskToken: z.string().default(''),
  output: z.string().default('null'),
  error: z.string().default(''),
  cause: z.string().default(''),
})

/** The AWS JSON protocol of Step Functions, as far as the adapter speaks it. */
function answersOf(engine: Engine): Service['answer'] {
  const nameIn = (executionArn: string) => executionArn.split(':').at(-1) ?? ''
  const calls: Readonly<Record<string, (call: z.output<typeof Call>) => Promise<object>>> = {
    StartExecution: async ({ stateMachineArn, name, input }) => {
      await engine.start({ stateMachine: stateMachineArn, name, input: JSON.parse(input) })
      return {
        executionArn: `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`,
        startDate: Date.now() / 1000,
      }
    },
    StopExecution: async ({ executionArn, error, cause }) => {
      await engine.stop(nameIn(executionArn), { error, cause })
      return { stopDate: Date.now() / 1000 }
    },
    DescribeExecution: async ({ executionArn }) => {
      const { status } = engine.describe(nameIn(executionArn))
      return { executionArn, stateMachineArn: '', name: nameIn(executionArn), status, startDate: 0 }
    },
    SendTaskSuccess: async ({ taskToken, output }) => {
      await engine.sendTaskSuccess(taskToken, JSON.parse(output))
      return {}
    },
    SendTaskFailure: async ({ taskToken, error, cause }) => {
      await engine.sendTaskFailure(taskToken, { error, cause })
      return {}
    },
    SendTaskHeartbeat: async ({ taskToken }) => {
      await engine.sendTaskHeartbeat(taskToken)
      return {}
    },
  }
  return async ({ operation, body }): Promise<ServiceAnswer> => {
    const contentType = 'application/x-amz-json-1.0'
    try {
      const call = calls[operation]
      if (!call) throw named('UnknownOperationException', operation)
      return { status: 200, contentType, body: JSON.stringify(await call(Call.parse(JSON.parse(body)))) }
    } catch (thrown) {
      const { name, message } = thrown instanceof Error ? thrown : named('InternalFailure', String(thrown))
      return { status: 400, contentType, body: JSON.stringify({ __type: name, message }) }
    }
  }
}
