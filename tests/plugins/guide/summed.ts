import { Plugin, type Settling } from '@reskue/core';

/** Sums up what jobs have earned, each once: also when a process dies and its job is done again. */
export class Summed extends Plugin {
  override onSettle({ phase, outcome }: Settling) {
    if (phase !== 'perform' || outcome !== 'done') return;
    const [customer, cents] = this.args as [string, number];
    this.settleWith('hincrby', [this.queueObject.connection.key('earned')], [customer, cents]);
  }
}
