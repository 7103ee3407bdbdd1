import type { ServiceCall } from './authorization/service-call.ts'
import type { Seen } from './aws-front.ts'

/** What a service answers with. */
export interface ServiceAnswer {
  readonly status: number
  readonly contentType: string
  readonly body: string
}

/** A refusal in the words of the service's protocol. */
export function refusal({ service }: ServiceCall, { caller, request, refusedBecause }: Seen): ServiceAnswer {
  const { action, resource } = request
  const message = `${caller} is not authorized to perform: ${action} on resource: ${resource}, ${refusedBecause}`
  if (service === 'ec2') {
    const error = `<Error><Code>UnauthorizedOperation</Code><Message>${message}</Message></Error>`
    return {
      status: 403,
      contentType: 'text/xml',
      body: `<Response><Errors>${error}</Errors><RequestID>refused</RequestID></Response>`,
    }
  }
  if (service === 'sts' || service === 'elasticloadbalancing') {
    const error = `<Error><Type>Sender</Type><Code>AccessDenied</Code><Message>${message}</Message></Error>`
    return {
      status: 403,
      contentType: 'text/xml',
      body: `<ErrorResponse>${error}<RequestId>refused</RequestId></ErrorResponse>`,
    }
  }
  const body = JSON.stringify({ __type: 'AccessDeniedException', message, Message: message })
  return { status: 400, contentType: 'application/x-amz-json-1.0', body }
}
