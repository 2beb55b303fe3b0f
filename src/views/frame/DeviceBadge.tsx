/** @file Names the backend and the adapter. Their limits and features are shown on request. */

import { bytes } from '../../format/numbers';
import { backendLabel } from '../../state/readiness';
import { useAppState } from '../../state/useApp';
import './deviceBadge.css';

export function DeviceBadge() {
  const { engine, device } = useAppState(({ engine, device }) => ({ engine, device }));
  if (!device)
    return (
      <p className="device" role="status">
        <i className="dot" data-state={engine} />
        {engine === 'failed' ? 'No backend' : 'Starting the backend…'}
      </p>
    );
  return (
    <details className="device">
      <summary>
        <i className="dot" data-state={engine === 'failed' ? engine : device.why ? 'fallback' : 'ready'} />
        <b>{backendLabel[device.backend]}</b> <span className="device-adapter">{device.adapter}</span>
      </summary>
      <dl className="popover facts">
        <dt>Adapter</dt>
        <dd>{device.adapter}</dd>
        {device.limits && (
          <>
            <dt>Largest buffer</dt>
            <dd>{bytes(device.limits.maxBufferSize)}</dd>
            <dt>Largest binding</dt>
            <dd>{bytes(device.limits.maxStorageBufferBindingSize)}</dd>
          </>
        )}
        <dt>Features</dt>
        <dd>{device.features.join(', ') || 'none'}</dd>
      </dl>
    </details>
  );
}
