require "prometheus/middleware/collector"
require "prometheus/middleware/exporter"

use Prometheus::Middleware::Collector
use Prometheus::Middleware::Exporter

run lambda { |env|
  answer = ->(status) { [status, { "content-type" => "text/plain" }, ["#{status}"]] }
  case "#{env["REQUEST_METHOD"]} #{env["PATH_INFO"]}"
  when "GET /", %r{\AGET /hello/} then answer[200]
  when "POST /items" then answer[201]
  when "GET /slow"
    sleep(env["QUERY_STRING"][/ms=(\d+)/, 1].to_i / 1000.0)
    answer[200]
  when "GET /boom" then answer[500]
  else answer[404]
  end
}
