/** What a check found; everything that is not `ok` has its remedy. */
export interface Finding {
  check: string;
  state: 'ok' | 'warning' | 'fault';
  detail: string;
  remedy: string | null;
}

export const ok = (check: string, detail: string): Finding => ({ check, state: 'ok', detail, remedy: null });

export const fault = (check: string, detail: string, remedy: string): Finding => ({
  check,
  state: 'fault',
  detail,
  remedy,
});

export const warning = (check: string, detail: string, remedy: string): Finding => ({
  check,
  state: 'warning',
  detail,
  remedy,
});
