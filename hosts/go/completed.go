package dronewebhooks

// IsCompleted tells whether it is about a build that is at its end: success, failure, error, killed, skipped or declined. Drone sends no event for that, and it
// can come more than once for a build.
func (o *Payload) IsCompleted() bool { return o.Build != nil && o.Build.Status.IsFinal() }
