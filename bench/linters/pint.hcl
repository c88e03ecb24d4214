# Groups are evaluated side by side, so a rule that reads another group's recording may see it one evaluation late. Every alert here waits
# longer than that, and one group for a whole stack could not be split by module.
checks {
  disabled = ["rule/dependency"]
}
