package demo;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

@SpringBootApplication
@RestController
public class App {
    public static void main(String[] args) {
        SpringApplication.run(App.class, args);
    }

    @GetMapping("/")
    String home() {
        return "ok";
    }

    @GetMapping("/hello/{name}")
    String hello(@PathVariable("name") String name) {
        return "hello " + name;
    }

    @GetMapping("/items/{id}")
    String item(@PathVariable("id") String id) {
        throw new ResponseStatusException(HttpStatus.NOT_FOUND);
    }

    @PostMapping("/items")
    String create() {
        return "created";
    }

    @GetMapping("/slow")
    String slow(@RequestParam(name = "ms", defaultValue = "120") long ms) throws InterruptedException {
        Thread.sleep(ms);
        return "ok";
    }

    @GetMapping("/boom")
    String boom() {
        throw new ResponseStatusException(HttpStatus.INTERNAL_SERVER_ERROR);
    }
}
