import type { Finding } from './run-cfn-lint.ts'

/** Findings of a rule that are let stand, and why. */
export interface Exception {
  readonly rule: string
  readonly covers: (finding: Finding) => boolean
  readonly reason: string
}

/** The construct library's own words for both: the role as the argument, and the role with its policy as what is waited for. */
const WAIT_FOR_ROLE = new Set(['AWS::Lambda::Function', 'AWS::StepFunctions::StateMachine'])

/** All that the linter says of our templates and that is not repaired. One that covers nothing any more fails the test. */
export const EXCEPTIONS: readonly Exception[] = [
  {
    rule: 'W3005',
    covers: ({ type, message }) =>
      WAIT_FOR_ROLE.has(type) && /enforced by a 'GetAtt' at .*\/Properties\/Role(Arn)?'$/.test(message),
    reason: `The CDK lets functions and state machines wait for the policy of their role, which is needed, and names the role
      beside it, which their properties do, too: twice said, never wrong, and not ours to write.`,
  },
  {
    rule: 'W3010',
    covers: ({ type }) => type === 'AWS::EC2::Subnet',
    reason: `The zones are a choice of the configuration: hosts, volumes and the racks of brokers go by them, and a list that AWS
      orders anew would move a cluster.`,
  },
  {
    rule: 'W6001',
    covers: ({ message }) => message.includes('Endpointsexecuteapi'),
    reason: `The address of the hosts' API contains the endpoint in the stack of the network, and is repeated where people look for the
      addresses of the control plane.`,
  },
]
