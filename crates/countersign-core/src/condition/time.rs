//! Parts of a timestamp, by the proleptic Gregorian calendar.
