import { Duration } from 'aws-cdk-lib'
import { EventBus } from 'aws-cdk-lib/aws-events'
import { Construct } from 'constructs'
import { BUS_EVENT_SOURCE } from '../shared/records/event.ts'

/** Where automation listens. What was published can be replayed from the archive for as long as logs are kept. */
export class EventsBus extends Construct {
  readonly bus: EventBus

  constructor(scope: Construct, id: string, { stage, retentionDays }: { stage: string; retentionDays: number }) {
    super(scope, id)
    this.bus = new EventBus(this, 'Bus', { eventBusName: `weir-${stage}`, description: 'Events of Weir' })
    this.bus.archive('Archive', {
      description: 'Every event of Weir, to be replayed',
      eventPattern: { source: [BUS_EVENT_SOURCE] },
      retention: Duration.days(retentionDays),
    })
  }
}
