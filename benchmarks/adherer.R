# CMA7 of every patient from a CSV of events; prints CPU seconds and writes what it found.
library(AdhereR)
args <- commandArgs(trailingOnly = TRUE)
begin <- proc.time()
events <- as.data.frame(data.table::fread(args[1], colClasses = "character"))
events$days <- as.numeric(events$days)
cma <- CMA7(events, ID.colname = "patient_id", event.date.colname = "day", event.duration.colname = "days",
            followup.window.start = as.Date(args[2]), followup.window.duration = as.numeric(args[3]),
            observation.window.start = 0, observation.window.duration = as.numeric(args[3]), date.format = "%Y-%m-%d",
            parallel.backend = "none")
spent <- proc.time() - begin
write.csv(getCMA(cma), args[4], row.names = FALSE)
cat(sum(spent[c("user.self", "sys.self")]), "\n")
