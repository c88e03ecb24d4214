import * as v from 'valibot'

const Day = v.picklist(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'])
const Time = v.pipe(
  v.string(),
  v.regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'must be a time such as "09:00", in quotes'),
)
const Timezone = v.pipe(v.string(), v.check(isTimezone, 'must be a time zone such as Europe/Paris or UTC'))

/** When people are at work, for receivers that only then, or only otherwise, want to hear. */
export const OfficeHours = v.pipe(
  v.strictObject({
    days: v.optional(v.array(Day), ['mon', 'tue', 'wed', 'thu', 'fri']),
    from: Time,
    to: Time,
    timezone: v.optional(Timezone, 'UTC'),
  }),
  v.check(hours => hours.from < hours.to, 'must end later than it begins'),
)

export type OfficeHours = v.InferOutput<typeof OfficeHours>

function isTimezone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined
  } catch {
    return false
  }
}

const WEEKDAYS = {
  mon: 'monday',
  tue: 'tuesday',
  wed: 'wednesday',
  thu: 'thursday',
  fri: 'friday',
  sat: 'saturday',
  sun: 'sunday',
} as const

/** Alertmanager's word for each of the days. */
export const weekdays = (hours: OfficeHours): string[] => hours.days.map(day => WEEKDAYS[day])
